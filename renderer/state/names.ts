import { titleOf } from '../../shared/blocks/index.ts';
import type { DesignNode } from '../../shared/graph/design.ts';
import { named } from '../i18n/i18n.ts';

/** What a node is, in the language that is shown; of a block of the user's own, its name. */
export const nodeName = (node: Pick<DesignNode, 'kind' | 'params'>): string => titleOf(node, named);
