import { identifier, isAttribute, Names } from '../code/python.ts';
import type { ScopeItem } from '../code/scope.ts';
import type { Ground } from './ground.ts';
import {
  areListed,
  type Branch,
  containerOf,
  type Expression,
  leavesOf,
  type Member,
  sequenceOf,
} from './tree.ts';

/** A tensor that a container has beside its modules. */
export interface Registered extends Member {
  /** `self.encoder` */
  readonly owner: string;
}

/** Where everything lies, while it is placed. */
export class Finding {
  readonly paths = new Map<string, string>();
  readonly accesses = new Map<string, string>();
  readonly chains = new Map<string, { readonly items: readonly ScopeItem[]; readonly access: string }>();
  readonly registered: Registered[] = [];
  readonly #ground: Ground;
  readonly #names: Names;
  readonly #wishes: ReadonlySet<string>;
  /** By name, what lies directly in the module. */
  readonly #tops = new Map<string, { readonly branch: Branch; readonly access: string }>();

  constructor(ground: Ground, wishes: readonly string[]) {
    this.#ground = ground;
    this.#names = new Names();
    this.#wishes = new Set(wishes.map((wish) => this.#called(wish)).filter(isAttribute));
    for (const wish of this.#wishes) this.#names.takeAttribute(wish);
  }

  /** What lies directly in the module. Names that can be kept are, whatever others become. */
  placeTop(wanted: string, branch: Branch): Member {
    const called = this.#called(wanted);
    const registered = this.#isRegistered(called, branch);
    const name = registered ? called : this.topName(called);
    const access = registered ? `self.get_submodule(${JSON.stringify(name)})` : `self.${name}`;
    this.#tops.set(name, { branch, access });
    const expression = this.place(branch, name, access);
    return { name, expression, ...(registered ? { registered } : {}) };
  }

  topName(wanted: string): string {
    return this.#wishes.has(wanted) ? wanted : this.#names.takeAttribute(wanted);
  }

  /** What the program calls it: ids of nodes have `_` before what starts with a digit. */
  #called(id: string): string {
    return this.#ground.scope.ofProgram ? id.replace(/^_(?=_*\d)/, '') : id;
  }

  /** Whether the program has a module under a name that no attribute can have: `0`, `block1-0`. */
  #isRegistered(name: string, { item, weight }: Branch): boolean {
    if (!this.#ground.scope.ofProgram || item?.kind === 'constant' || weight !== undefined) return false;
    return !isAttribute(name) && /^[\w-]+$/.test(name) && identifier(name) !== `${name}_`;
  }

  place(branch: Branch, path: string, access: string): Expression {
    if (branch.item) {
      const { item, weight } = branch;
      const key = weight === undefined ? item.id : `${item.id}/${weight}`;
      this.paths.set(key, path);
      this.accesses.set(key, access);
      return this.#ground.leaf(item, weight);
    }
    if (this.#ground.isChain(branch) && !this.#hasAlias(path)) {
      const items = leavesOf(branch);
      for (const item of items) this.chains.set(item.id, { items, access });
      this.#placeBelow(branch, path);
      return sequenceOf(branch, this.#ground.leaf);
    }
    const parameters = this.#parametersIn(branch);
    if (parameters) {
      const parts = parameters.map((child, i): Member => {
        const expression = this.place(child, `${path}.${i}`, `${access}[${i}]`);
        return { name: String(i), expression };
      });
      return { kind: 'parameters', parts };
    }
    const isTensor = (child: Branch) => child.item?.kind === 'constant' || child.weight !== undefined;
    const modules = [...branch.children].filter(([, child]) => !isTensor(child));
    const listed = areListed(modules.map(([name]) => name));
    const parts = [...branch.children].map(([name, child]): Member => {
      const below = `${access}${listed && !isTensor(child) ? `[${name}]` : accessText(name)}`;
      const expression = this.place(child, `${path}.${name}`, below);
      return { name, expression };
    });
    for (const part of parts)
      if (part.expression.kind === 'tensor') this.registered.push({ ...part, owner: access });
    return containerOf(parts.filter(({ expression }) => expression.kind !== 'tensor'));
  }

  /** How an item's module is reached, in a chain too. */
  accessOf(id: string): string | undefined {
    if (!this.chains.has(id)) return this.accesses.get(id);
    const [top, ...parts] = this.paths.get(id)!.split('.') as [string, ...string[]];
    let { branch: at, access }: { branch: Branch | undefined; access: string } = this.#tops.get(top)!;
    for (const part of parts) {
      const isListed = [...(at?.children.keys() ?? [])].every((name) => /^\d+$/.test(name));
      access += isListed ? `[${part}]` : accessText(part);
      at = at?.children.get(part);
    }
    return access;
  }

  /** Whether something that lies elsewhere is also in here: then it is not called as one. */
  #hasAlias(path: string): boolean {
    return this.#ground.aliases.some((name) => name.startsWith(`${path}.`));
  }

  /** How a container is reached that is there. */
  ownerOf(tree: Branch, parts: readonly string[]): string | undefined {
    let at: Branch | undefined = tree;
    for (const part of parts) at = at?.item ? undefined : at?.children.get(part);
    if (!at || at.item) return undefined;
    return parts.length === 0 ? 'self' : `self.get_submodule(${JSON.stringify(parts.join('.'))})`;
  }

  /** Learned tensors that are numbered from 0 on, and nothing beside them. */
  #parametersIn({ children }: Branch): readonly Branch[] | undefined {
    const isParameter = ({ item, weight }: Branch): boolean => {
      if (item === undefined || (item.kind !== 'constant' && weight === undefined)) return false;
      const leaf = this.#ground.leaf(item, weight);
      return leaf.kind === 'tensor' && leaf.learned;
    };
    if (![...children.values()].every(isParameter) || !areListed([...children.keys()])) return undefined;
    return [...children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
  }

  #placeBelow(branch: Branch, path: string): void {
    if (branch.item) this.paths.set(branch.item.id, path);
    for (const [name, child] of branch.children) this.#placeBelow(child, `${path}.${name}`);
  }
}

/** What containers have themselves. */
const ofContainers = new Set('append clear extend insert items keys pop update values'.split(' '));

function accessText(name: string): string {
  return isAttribute(name) && !ofContainers.has(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
