import { Component, type ErrorInfo, type ReactNode } from 'react';
import { t } from '../i18n/i18n.ts';

interface Props {
  /** What the part is called, in the user's language. */
  readonly title: string;
  /** What it shows: something else may well be shown where this could not. */
  readonly shows?: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
  readonly componentStack: string;
  readonly copied: boolean;
  readonly shows: string | undefined;
}

const whole = { error: undefined, componentStack: '', copied: false } as const;

/** A mistake of the program's own in one part of the window ends that part alone; all the others work on. */
export class PartBoundary extends Component<Props, State> {
  override state: State = { ...whole, shows: this.props.shows };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps({ shows }: Props, state: State): State | null {
    return shows === state.shows ? null : { ...whole, shows };
  }

  override componentDidCatch(_: unknown, { componentStack }: ErrorInfo): void {
    this.setState({ componentStack: componentStack ?? '' });
  }

  override render(): ReactNode {
    const { error, copied } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="broken-part" role="alert">
        <strong>{t('{{part}} broke', { part: this.props.title })}</strong>
        <p className="muted">{t('Your design is safe, and all the rest of the window works on.')}</p>
        <pre>{error.message}</pre>
        <div className="button-row">
          <button type="button" className="button is-primary" onClick={() => this.setState(whole)}>
            {t('Try again')}
          </button>
          <button type="button" className="button" onClick={() => void this.#copy(error)}>
            {copied ? t('Copied') : t('Copy details')}
          </button>
        </div>
      </div>
    );
  }

  async #copy(error: Error): Promise<void> {
    const { title } = this.props;
    const lines = [title, error.stack ?? error.message, this.state.componentStack, navigator.userAgent];
    await navigator.clipboard.writeText(lines.join('\n'));
    this.setState({ copied: true });
  }
}
