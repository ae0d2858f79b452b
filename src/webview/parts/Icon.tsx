// Our own icons, drawn on a 16 × 16 grid with strokes of the current colour, so that they follow every theme.

const PATHS = {
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  left: 'M10 3 5 8l5 5',
  right: 'm6 3 5 5-5 5',
  down: 'm3 6 5 5 5-5',
  up: 'm3 10 5-5 5 5',
  overlay: 'M2.5 5.5h8v8h-8ZM5.5 5.5v-3h8v8h-3',
  grid: 'M2.5 2.5h4.5v4.5H2.5ZM9 2.5h4.5v4.5H9ZM2.5 9h4.5v4.5H2.5ZM9 9h4.5v4.5H9Z',
  split: 'M2.5 3h11v10h-11ZM8 1.5v13',
  close: 'M4 4l8 8M12 4l-8 8',
  help: 'M6 6a2 2 0 1 1 2.6 1.9c-.4.15-.6.5-.6.9v.7M8 11.8v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0',
  info: 'M8 7.2v4M8 4.9v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0',
  warning: 'M8 2.5 14.5 13.5h-13ZM8 6.5v3.5M8 11.9v.1',
  error: 'M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0',
  image: 'M2 3h12v10H2ZM2 11l3.5-3.5 3 3L11 8l3 3M10.5 5.6v.1',
  model:
    'M3.5 4.5a1.3 1.3 0 1 0 0-.01M3.5 11.5a1.3 1.3 0 1 0 0-.01M12.5 8a1.3 1.3 0 1 0 0-.01M4.7 4.6l6.6 2.8M4.7 11.2l6.6-2.8',
  folder: 'M2 12.5v-9h4l1.5 1.5H13v2M2 12.5 4 7h10.5l-2 5.5Z',
  card: 'M3 2h7l3 3v9H3ZM10 2v3h3M5.5 8h5M5.5 11h3.5',
  stopped: 'M8 2v6M4.8 4.2a5.3 5.3 0 1 0 6.4 0',
  memory: 'M4 4h8v8H4ZM6.5 1.5V4M9.5 1.5V4M6.5 12v2.5M9.5 12v2.5M1.5 6.5H4M1.5 9.5H4M12 6.5h2.5M12 9.5h2.5',
  shield: 'M8 1.8 13.2 4v4c0 3-2.2 5.2-5.2 6.2C5 13.2 2.8 11 2.8 8V4ZM8 5.5v3M8 10.6v.1',
  drawn: 'M11 2.5 13.5 5 6 12.5l-3.3.8.8-3.3Z',
  present: 'm3 8.5 3.2 3.2L13 5',
  absent: 'M12.5 8a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0M4.9 11.1l6.2-6.2',
  correct: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M5.2 8.3l2 2 3.7-4.2',
  missed: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5 8h6',
  falseAlarm: 'M8 2.5 14.5 13.5h-13ZM8 6.5v3.5M8 11.9v.1',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8Z',
  columns: 'M2.5 3h11v10h-11ZM6.2 3v10M9.8 3v10',
  settings: 'M2 4.5h6M12 4.5h2M8 4.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0M2 11.5h2M8 11.5h6M4 11.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0',
  sort: 'M4.5 3v10M2 10.5 4.5 13 7 10.5M9.5 4H14M9.5 8h3M9.5 12h1.5',
  pin: 'M6 2.5h4L9.5 7l2 2.5h-7l2-2.5ZM8 9.5V14',
  versus: 'M2.5 5h9M9 2.5 11.5 5 9 7.5M13.5 11h-9M7 8.5 4.5 11 7 13.5',
  undo: 'M6 3 2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H6',
  refresh: 'M13 3v3.5H9.5M12.8 6.3A5 5 0 1 0 13 9',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon. It is decorative and hidden from screen readers, so give its container a name. */
export function Icon({ name, class: className = '' }: { readonly name: IconName; readonly class?: string }) {
  return (
    <svg viewBox="0 0 16 16" class={`icon ${className}`.trim()} aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
