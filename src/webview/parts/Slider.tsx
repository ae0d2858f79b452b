import type { ComponentChildren } from 'preact';
import { custom } from './attributes.ts';

interface SliderProps {
  readonly title: string;
  /** The accessible name, if the title is too short. */
  readonly label?: string;
  readonly min?: number;
  readonly max?: number;
  readonly value: number;
  readonly disabled?: boolean;
  readonly tooltip?: string;
  readonly valueText?: string;
  readonly class?: string;
  readonly onSlide: (value: number) => void;
  /** The content after the slider. */
  readonly children: ComponentChildren;
  readonly [data: `data-${string}`]: string | number | undefined;
}

/** A row with a title, a slider of integers and its value. */
export function Slider(props: SliderProps) {
  const { title, label = title, min = 0, max = 100, value, tooltip, valueText, onSlide, children, ...rest } = props;
  const { class: className = '', disabled = false, ...data } = rest;
  const filled = max > min ? ((value - min) / (max - min)) * 100 : 100;
  return (
    <label class={`control ${className}`.trim()}>
      <span>{title}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={1}
        aria-label={label}
        aria-valuetext={valueText}
        title={tooltip}
        disabled={disabled}
        value={value}
        style={custom({ '--filled': `${filled}%` })}
        onInput={({ currentTarget }) => onSlide(currentTarget.valueAsNumber)}
        {...data}
      />
      {children}
    </label>
  );
}
