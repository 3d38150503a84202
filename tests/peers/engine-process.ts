import { type ChildProcess, fork } from 'node:child_process';

/** An answer of an engine. */
export interface EngineRun {
  readonly milliseconds: number;
  readonly data: Float32Array | undefined;
}

type Reply =
  | { readonly ready: true; readonly createMilliseconds?: number }
  | { readonly error: string }
  | { readonly milliseconds: number; readonly data?: Float32Array };

/** An inference engine in a process of its own, ours or a peer's. */
export class EngineProcess {
  readonly name: string;
  /** Milliseconds to make a session from ready weights, where the engine says so. */
  createMilliseconds: number | undefined;
  private readonly child: ChildProcess;

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.child = child;
  }

  /** Starts `script` and waits until it has the model ready. */
  static async start(
    name: string,
    script: string,
    args: readonly string[],
    flags: readonly string[],
  ): Promise<EngineProcess> {
    const child = fork(script, [...args], {
      execArgv: [...flags],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const engine = new EngineProcess(name, child);
    const reply = await engine.reply();
    if ('ready' in reply) engine.createMilliseconds = reply.createMilliseconds;
    return engine;
  }

  private reply(): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const done = (reply: Reply): void => {
        this.child.off('exit', gone);
        if ('error' in reply) reject(new Error(`${this.name}: ${reply.error}`));
        else resolve(reply);
      };
      const gone = (code: number | null): void => {
        this.child.off('message', done);
        reject(new Error(`${this.name} ended with code ${code}.`));
      };
      this.child.once('message', done);
      this.child.once('exit', gone);
    });
  }

  async run(data: Float32Array, dims: readonly number[], wantsData = false): Promise<EngineRun> {
    this.child.send({ data, dims, wantsData });
    const reply = await this.reply();
    if (!('milliseconds' in reply)) throw new Error(`${this.name} did not answer a run.`);
    return { milliseconds: reply.milliseconds, data: reply.data };
  }

  stop(): void {
    this.child.kill();
  }
}
