import type { NodeView, Translate } from '../node-view.ts';
import type { Flow, Value } from '../values.ts';
import { scalar } from './dense.ts';

/** The score of each label's class, the other way round: weighed by class, and left out where the label is one to ignore. */
function lossOf(node: NodeView, scores: Flow): Flow {
  const named = (what: string) => `${node.name}.${what}`;
  const { integer, ...labels } = node.flow(1);
  const bare = labels.dims.length === 0;
  const one = (value: number, what: string) => scalar(node, value, what, bare);
  const ignored = node.has('ignore_index')
    ? node.one('equal', [labels, one(node.int('ignore_index', 0), 'ignored_label')], {}, {}, named('ignored'))
    : undefined;
  const nothing = ignored && one(0, 'nothing');
  const unlessIgnored = (flow: Flow, what: string) =>
    ignored && nothing ? node.one('select', [ignored, nothing, flow], {}, {}, named(what)) : flow;
  const classes = unlessIgnored(labels, 'classes');
  const places = node.one('unsqueeze', [classes], { axes: [1] }, {}, named('places'));
  const picked = node.one('gatherElements', [scores, places], { axis: 1 }, {}, named('picked'));
  const own = node.one(
    'neg',
    [node.one('squeeze', [picked], { axes: [1] }, {}, named('own'))],
    {},
    {},
    named('loss'),
  );
  const byClass = node.given(2)
    ? node.one('take', [node.flow(2), classes], { axis: 0 }, {}, named('of_class'))
    : undefined;
  const counted =
    byClass ??
    (ignored ? node.one('expand', [one(1, 'one')], { shape: labels.dims }, {}, named('ones')) : undefined);
  const weights = counted && unlessIgnored(counted, 'weights');
  const loss = weights ? node.one('multiply', [own, weights], {}, {}, named('weighed')) : own;
  const all = { axes: [], keepDims: false };
  switch (node.text('reduction', 'mean')) {
    case 'none':
      return loss;
    case 'sum':
      return node.one('reduceSum', [loss], all);
    default:
      if (!weights) return node.one('reduceMean', [loss], all);
      return node.one('divide', [
        node.one('reduceSum', [loss], all, {}, named('sum')),
        node.one('reduceSum', [weights], all, {}, named('weight')),
      ]);
  }
}

export const negativeLogLikelihood: Translate = (node) => [lossOf(node, node.flow(0))];

/** The same of scores as they are; its second output is the logarithm of every class's share. */
export function softmaxCrossEntropy(node: NodeView): readonly Value[] {
  const shares = node.one('logSoftmax', [node.flow(0)], { axis: 1 }, {}, `${node.name}.shares`);
  return [lossOf(node, shares), shares];
}
