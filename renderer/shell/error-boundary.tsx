import { Component, type ReactNode } from 'react';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { documentOf } from '../state/app-state.ts';
import { detailsOf } from '../state/faults.ts';
import { CopyDetails } from './copy-details.tsx';

interface Props {
  readonly app: App;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
}

/** A mistake of the program's own ends the picture, not the document: it can be drawn anew or saved from here. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    const { app } = this.props;
    if (!error) return this.props.children;
    return (
      <main className="broken" role="alert">
        <h1>{t('Something in Netwright broke')}</h1>
        <p>{t('Your design is safe. Draw the window anew, or save a copy first.')}</p>
        <pre>{error.message}</pre>
        <div className="button-row">
          <button
            type="button"
            className="button is-primary"
            onClick={() => {
              app.answer(undefined);
              app.getState().closeOverlay();
              app.getState().show([]);
              this.setState({ error: undefined });
            }}
          >
            {t('Draw anew')}
          </button>
          <button type="button" className="button" onClick={() => void saveCopy(app)}>
            {t('Save a copy …')}
          </button>
          <CopyDetails details={detailsOf(app, error)} />
        </div>
      </main>
    );
  }
}

async function saveCopy(app: App): Promise<void> {
  const bytes = new TextEncoder().encode(writeSpec(documentOf(app.getState())));
  await app.host.saveFileAs({ suggestedName: 'rescued.netwright.json', bytes, remember: true });
}
