import { ContextLost } from './device-errors.ts';
import { VERTEX } from './glsl.ts';

export interface Program {
  readonly handle: WebGLProgram;
  readonly uniforms: Map<string, WebGLUniformLocation | null>;
  checked: boolean;
}

/** Linked programs by the source of their fragment shader. */
export class Programs {
  private readonly gl: WebGL2RenderingContext;
  /** Throws `ContextLost`. */
  private readonly assertAlive: () => void;
  private known = new Map<string, Program>();
  private parallel: KHR_parallel_shader_compile | null | undefined;

  constructor(gl: WebGL2RenderingContext, assertAlive: () => void) {
    this.gl = gl;
    this.assertAlive = assertAlive;
  }

  /** After a loss none is valid. */
  forget(): void {
    this.known = new Map();
    this.parallel = undefined;
  }

  /** Whether many can be compiled at once, and asked for without waiting. */
  get compilesInParallel(): boolean {
    this.parallel ??= this.gl.getExtension('KHR_parallel_shader_compile');
    return this.parallel !== null;
  }

  /** Whether using it waits for no compiler, as far as the driver tells. */
  isReady(fragment: string): boolean {
    const program = this.known.get(fragment);
    if (!program || program.checked || !this.compilesInParallel) return true;
    this.assertAlive();
    return this.gl.getProgramParameter(program.handle, this.parallel!.COMPLETION_STATUS_KHR) !== false;
  }

  /** Starts compiling without waiting, so that drivers that can do so compile many at once. */
  start(fragment: string): void {
    if (this.known.has(fragment)) return;
    const { gl } = this;
    this.assertAlive();
    const handle = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
      const shader = gl.createShader(type);
      if (!shader) throw new ContextLost();
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(handle, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(handle);
    this.known.set(fragment, { handle, uniforms: new Map(), checked: false });
  }

  /** Waits for it, when it is not ready. */
  of(fragment: string): Program {
    this.start(fragment);
    const program = this.known.get(fragment)!;
    if (program.checked) return program;
    const { gl } = this;
    if (!gl.getProgramParameter(program.handle, gl.LINK_STATUS)) {
      this.assertAlive();
      const shaders = gl.getAttachedShaders(program.handle) ?? [];
      const log = [
        gl.getProgramInfoLog(program.handle),
        ...shaders.map((shader) => gl.getShaderInfoLog(shader)),
      ];
      this.known.delete(fragment);
      throw new Error(`A shader does not compile: ${log.filter(Boolean).join(' ')}\n${fragment}`);
    }
    program.checked = true;
    return program;
  }

  get count(): number {
    return this.known.size;
  }

  uniform(program: Program, name: string): WebGLUniformLocation | null {
    const known = program.uniforms.get(name);
    if (known !== undefined) return known;
    const location = this.gl.getUniformLocation(program.handle, name);
    program.uniforms.set(name, location);
    return location;
  }
}
