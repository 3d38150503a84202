import { spawnSync } from 'node:child_process';

const candidates = [process.env.NETWRIGHT_PYTHON, '/usr/bin/python3', 'python3'];

/**
 * An interpreter that has all these modules: the one that NETWRIGHT_PYTHON names, or the system's. They are looked up, not
 * imported: PyTorch takes seconds to.
 */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const lookUp = `import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, sys.argv[1:])))`;
  return candidates.find((command) => command && spawnSync(command, ['-c', lookUp, ...modules]).status === 0);
}
