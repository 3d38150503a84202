interface Target {
  readonly target: string;
  readonly arch: readonly string[];
}
interface Platform {
  readonly target: readonly Target[];
}
interface FileAssociation {
  readonly ext: string;
  readonly mimeType: string;
  readonly icon: string;
}

/** What electron-builder is told; more than is typed here. */
export const packaging: {
  readonly electronVersion: string;
  readonly asar: boolean;
  readonly files: readonly string[];
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly publish: readonly { readonly provider: string; readonly url: string }[] | null;
  readonly linux: Platform & { readonly mimeTypes: readonly string[] };
  readonly mac: Platform & { readonly fileAssociations: readonly FileAssociation[] };
  readonly win: Platform & { readonly fileAssociations: readonly FileAssociation[] };
};
