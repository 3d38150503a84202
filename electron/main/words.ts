import type { Language } from '../../shared/languages/names.ts';

/** What the desktop host says where no page can. */
interface Words {
  /** In the task bar and the dock. */
  readonly newWindow: string;
  readonly newWindowHint: string;
  /** On the page that is shown after a crash. */
  readonly crashTitle: string;
  readonly crashText: string;
  readonly startAgain: string;
  readonly startWithout: string;
  /** In the question whether a program may be run. */
  readonly mayRun: (name: string) => string;
  readonly whyRun: (path: string, python: string) => string;
  readonly run: string;
  readonly cancel: string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    newWindow: 'New window',
    newWindowHint: 'Opens another window of Netwright',
    crashTitle: 'Netwright ended unexpectedly',
    crashText:
      'It ended right after it had started. Nothing that you drew is lost: unsaved work is kept, and offered again.',
    startAgain: 'Start again',
    startWithout: 'Open without the last file',
    mayRun: (name) => `Run ${name}?`,
    whyRun: (path, python) =>
      `${path} is a program. To see the modules in it, Netwright has ${python} run it, now and whenever it is saved while it is open. It can do all that you can: run only what you trust.`,
    run: 'Run',
    cancel: 'Cancel',
  },
  zh: {
    newWindow: '新建窗口',
    newWindowHint: '打开另一个 Netwright 窗口',
    crashTitle: 'Netwright 意外结束',
    crashText: '它刚启动就结束了。您所画的内容没有丢失：未保存的工作已保留，之后会再次提供。',
    startAgain: '重新启动',
    startWithout: '不打开上一个文件',
    mayRun: (name) => `运行 ${name}？`,
    whyRun: (path, python) =>
      `${path} 是一个程序。为了查看其中的模块，Netwright 会用 ${python} 运行它：现在运行一次，打开期间每次保存后再运行。它能做您能做的一切，请只运行您信任的程序。`,
    run: '运行',
    cancel: '取消',
  },
};
