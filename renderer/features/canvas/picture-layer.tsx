import { useStoreApi } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import { useOwnRules } from '../../state/own-rules.ts';
import { useTheme } from '../../state/theme.ts';
import { useApp } from '../../state/use-app.ts';
import { useWhatIf } from '../../state/what-if.ts';
import { movedLines, movedText } from './moved.ts';
import type { Mark, Scene } from './picture.ts';
import { PictureMachine } from './picture-machine.ts';
import type { Spatial } from './spatial.ts';

const noMarks: Scene['marks'] = new Map();

const sameMarks = (a: Scene['marks'], b: Scene['marks']): boolean =>
  a.size === b.size && [...b].every(([node, mark]) => a.get(node) === mark);

/** Whether a picture of one is a picture of the other: most edits change nothing that is seen in it. */
const sameScene = (a: Scene, b: Scene): boolean =>
  a.theme === b.theme &&
  a.marks === b.marks &&
  a.moved === b.moved &&
  a.without.size === b.without.size &&
  [...b.without].every((id) => a.without.has(id)) &&
  a.spatial.looksLike(b.spatial);

/** What is found in the design, and what the rule that is being written looks at; where a block is looked at they are its. */
function useMarks(): Scene['marks'] {
  const findings = useApp(({ trail, base, report }) => (trail.length === base ? report.findings : undefined));
  const lit = useOwnRules((state) => state.lit);
  const before = useRef(noMarks);
  return useMemo(() => {
    const marks = new Map<string, Mark>();
    for (const { node, severity, suppressed } of findings ?? [])
      if (
        node !== undefined &&
        suppressed === undefined &&
        severity !== 'info' &&
        marks.get(node) !== 'error'
      )
        marks.set(node, severity);
    // While a rule is written, it is what one looks for.
    for (const [node, how] of lit) marks.set(node, how);
    // An edit that finds nothing new lights nothing new, and the picture need not be drawn again for it.
    if (!sameMarks(before.current, marks)) before.current = marks;
    return before.current;
  }, [findings, lit]);
}

const noneMoved: Scene['moved'] = new Map();

/** What is thought of, or being done, would make of the nodes of the whole: old and new. */
function useMoved(): Scene['moved'] {
  const whatIf = useWhatIf((each) => each);
  const isWhole = useApp(({ trail, base }) => trail.length === base);
  const heat = useApp((state) => state.heat);
  const convention = useApp((state) => state.convention);
  return useMemo(() => {
    if (!whatIf || !isWhole) return noneMoved;
    const moved = new Map<string, readonly string[]>();
    for (const [id, was] of whatIf.before.analysis.facts) {
      if (whatIf.after.analysis.facts.get(id) === was) continue;
      const text = movedText(whatIf, id, { heat, convention }, false);
      if (text !== undefined) moved.set(id, movedLines(text));
    }
    return moved.size === 0 ? noneMoved : moved;
  }, [whatIf, isWhole, heat, convention]);
}

interface Props {
  readonly spatial: Spatial;
  readonly without: ReadonlySet<string>;
}

/** Beneath the nodes that can be touched, a picture of all the others. */
export function PictureLayer({ spatial, without }: Props) {
  const store = useStoreApi();
  const theme = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const machine = useRef<PictureMachine>(undefined);
  const marks = useMarks();
  const moved = useMoved();
  const latest = useRef<Scene>(undefined);
  const scene = useMemo((): Scene => {
    const fresh = { spatial, theme, without, marks, moved };
    if (!latest.current || !sameScene(latest.current, fresh)) latest.current = fresh;
    return latest.current;
  }, [spatial, theme, without, marks, moved]);
  useEffect(() => {
    if (!host.current) return;
    const made = new PictureMachine(host.current);
    machine.current = made;
    const look = ({ transform: [x, y, zoom], width, height } = store.getState()): void =>
      made.look({ x, y, zoom }, width, height);
    look();
    const stop = store.subscribe(look);
    return () => {
      stop();
      made.end();
    };
  }, [store]);
  useEffect(() => {
    machine.current?.show(scene);
  }, [scene]);
  return <div ref={host} className="picture" data-testid="picture" />;
}
