import type { ComponentChildren } from 'preact';
import { fileName } from '../format.ts';
import { Icon, type IconName } from '../parts/Icon.tsx';
import { Problem } from '../parts/Problem.tsx';
import { Button } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import type { Blocker } from './blocker.ts';

/** The side bar's content while nothing can be explained: the reason, and what to do. */
export function Obstacle({ blocker, actions }: { readonly blocker: Blocker; readonly actions: Actions }) {
  const content = contentOf(blocker, actions);
  return (
    <div class="obstacle" hidden={content === null}>
      {content}
    </div>
  );
}

function contentOf(blocker: Blocker, actions: Actions): ComponentChildren {
  if (blocker.kind === 'failed') {
    return <Problem error={blocker.error} actions={actions} again={() => actions.readAgain()} />;
  }
  if (blocker.kind === 'noModel') {
    return (
      <Message
        icon="model"
        title="No model found near this image"
        body="Put an ONNX, Keras or TensorFlow.js model, or a model card (NAME.explain.json), next to the images, or choose one. A PyTorch model is imported first: right-click it in the Explorer and choose Import Model from Python."
      >
        <Button appearance="primary" onClick={() => void actions.host.chooseModel()}>
          Choose a model…
        </Button>
        {blocker.models.map((path) => (
          <Button key={path} onClick={() => actions.setModel(path)}>
            {fileName(path)}
          </Button>
        ))}
      </Message>
    );
  }
  if (blocker.kind === 'untrusted') {
    return (
      <Message
        icon="shield"
        title="This workspace is not trusted"
        body="A model file from an unknown source can use up memory and time, or even do harm. No model is opened before you trust this workspace."
      >
        <Button appearance="primary" onClick={() => void actions.host.grantTrust()}>
          Trust this workspace…
        </Button>
      </Message>
    );
  }
  if (blocker.kind === 'empty') {
    const body = 'Right-click an image in the Explorer and choose Explain Image.';
    return <Message icon="image" title="No image to explain" body={body} />;
  }
  return null;
}

interface MessageProps {
  readonly icon: IconName;
  readonly title: string;
  readonly body: string;
  readonly children?: ComponentChildren;
}

function Message({ icon, title, body, children }: MessageProps) {
  return (
    <div class="message" role="alert" data-message={icon}>
      <Icon name={icon} class="large" />
      <h3>{title}</h3>
      <p>{body}</p>
      <div class="buttons">{children}</div>
    </div>
  );
}
