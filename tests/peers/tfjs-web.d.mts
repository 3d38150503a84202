export function startTfjs(path: string, threads: number): Promise<number>;
