/** Whether one of the alternatives of an SPDX expression, all its parts together, may ship. */
export function mayShip(licence: string): boolean;
/** The folder of the package that a file of a bundle is of; nothing for files of our own. */
export function packageOf(path: string): string | undefined;
/** Licences of packages that name a file in their place: read there, and said in SPDX's words. */
export const readLicences: Readonly<Record<string, string>>;
