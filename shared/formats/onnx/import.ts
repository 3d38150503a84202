import type { Dims } from '../../base/dims.ts';
import { elementCount, formatDims, sameDims } from '../../base/dims.ts';
import {
  fail,
  failAll,
  type Issue,
  messages,
  type Problem,
  placed,
  type Result,
  retold,
  succeed,
} from '../../base/problem.ts';
import type { Tensor, TensorType } from '../../base/tensor.ts';
import type { NodeId, OpenAxes } from '../../graph/design.ts';
import { idOf } from '../assembly/assembly.ts';
import { type ByteSource, problemOf, Refusal } from '../weights/source.ts';
import { AskedAttributes } from './asked-attributes.ts';
import { DesignBuilder, type Origin, refusalOf } from './builder.ts';
import { decodeModel } from './decode.ts';
import { foldImport } from './folded.ts';
import { isNarrow } from './held.ts';
import { branchesOf, dropUnread, inlineFunctions, readBy } from './inline.ts';
import { loopStep, MAX_STEP_NODES, MAX_STEPS } from './loops.ts';
import {
  elementTypes,
  isElementType,
  type OnnxModel,
  type OnnxNode,
  type OnnxSubgraph,
  type OnnxTensor,
  type OnnxValue,
} from './model.ts';
import { countUnknown, NeedsInput, NodeView, unknownAttribute } from './node-view.ts';
import { isOpen, openNames, proposedShape } from './open-axes.ts';
import type { OnnxImport } from './opened-model.ts';
import { inSinglePrecision, wrappedTo } from './operators/cast.ts';
import { fold } from './operators/fold.ts';
import {
  computesWhole,
  contributed,
  foldedOnly,
  givesTruths,
  operators,
  takesWhole,
} from './operators/index.ts';
import { structure } from './operators/structures.ts';
import type { PagedReader } from './protobuf.ts';
import { expandedNodes, fusedNodes, numbersOf } from './quantised-nodes.ts';
import { recognise } from './recognise.ts';
import { type Restored, restore } from './restore.ts';
import { perSample } from './samples.ts';
import { type Elements, type OpenExternal, partsOf, readElements } from './tensor-data.ts';
import {
  BOOL,
  type Constant,
  type Flow,
  filled,
  isLearned,
  isTruth,
  known,
  noSources,
  SMALL_ELEMENTS,
  type Sources,
  typedAs,
  type Value,
} from './values.ts';

export const say = messages('formats/onnx/import', {
  'opset-unsupported': [
    'The model uses operator set {{opset}}; 1 to {{most}} are taken.',
    'Export it with operator set {{most}} or older.',
  ],
  'operator-unsupported': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken.',
    'Replace it by others before export, or cut the model before it.',
  ],
  'operator-unsupported:recurrent': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: it repeats itself step by step, and recurrent networks cannot be opened.',
    'Cut the model before it, or export it with the steps written out.',
  ],
  'operator-unsupported:sequence': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: sequences and optional values cannot be opened.',
    'Cut the model before it, or export it with tensors alone.',
  ],
  'operator-unsupported:text': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: it works on text.',
    'Cut the model behind it, and feed the numbers that it gives.',
  ],
  'operator-unsupported:classical': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: trees, tables and other classical learning cannot be opened.',
    'Cut the model before it.',
  ],
  'operator-unsupported:training': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: it belongs to training.',
    'Export the model for inference.',
  ],
  'operator-unsupported:random': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: it draws numbers by chance.',
    'Export the model for inference, or feed the numbers.',
  ],
  'operator-unsupported:layout': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: onnxruntime wrote it for the processor that it ran on, with channels in another order.',
    'Open the model that was optimised, or save it again with graph_optimization_level = ORT_ENABLE_EXTENDED.',
  ],
  'operator-unsupported:optimised': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: onnxruntime joined it from others when it optimised the model.',
    'Open the model that was optimised, or save it again with graph_optimization_level = ORT_ENABLE_BASIC.',
  ],
  'operator-unsupported:fallback': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: it calls back into PyTorch.',
    'Export the model again with operator_export_type=OperatorExportTypes.ONNX.',
  ],
  'operator-unsupported:custom': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: it is none of ONNX, and what it computes is known to the program alone that it was written for.',
    'Export the model without it (plugins for boxes, such as EfficientNMS_TRT, are left out by an option of the exporter), or cut the model before it.',
  ],
  'operator-unsupported:picture': [
    'The operator {{named}} of node "{{name}}" (opset {{opset}}) is not taken: it reads the file of a picture.',
    'Cut the model behind it, and feed the pixels that it gives.',
  ],
  'constant-unsupported': [
    'The Constant "{{name}}" holds text or a sparse tensor, which is not taken.',
    'Remove it from the model.',
  ],
  'value-unknown:input': ['nothing gives its input "{{missing}}".', 'The file is damaged; get it anew.'],
  'condition-unknown': [
    'its condition is computed while the network runs, and its branches give {{one}} and {{other}}: only one of them is a shape that can be worked with.',
    'Export the model with fixed shapes, so that the condition is known.',
  ],
  'branch-missing': [
    'it has no branch for where its condition holds, or none for where it does not.',
    'Export the model again.',
  ],
  'both-branches': [
    'Which branch of {{op}} "{{name}}" is taken is known when it runs: both are computed, and the result of one is taken.',
    'Costs are those of both branches together.',
  ],
  'steps-unknown': [
    'how many steps it takes is computed while the network runs.',
    'Export the model with fixed shapes, or with the steps written out.',
  ],
  'steps-too-many': ['it takes more than {{most}} steps.', 'Cut the model before it.'],
  'step-nodes-too-many': ['written out, loops come to more than {{most}} nodes.', 'Cut the model before it.'],
  'steps-none': ['it takes no step, and what it would gather is empty.', 'Remove it from the model.'],
  'integers-unsupported': [
    'it computes with integers, and the engine computes in float32.',
    'Turn them into floats before, or store them in the model.',
  ],
  'operator-not-constant': [
    'it is taken only where its inputs are constants.',
    'Export the model with fixed shapes, or cut it before this node.',
  ],
  'value-unknown:output': ['Nothing computes the output "{{name}}".', 'The file is damaged; get it anew.'],
  'operator-unread': [
    'Nothing reads what {{op}} "{{name}}" gives; it was left out.',
    'The outputs are the same without it.',
  ],
  'input-must-be-known': [
    'The input "{{name}}" decides shapes or weights, so its value must be known before the network runs.',
    'Store it in the model as an initialiser, or give its value when opening.',
  ],
  /** Every refusal of an input says which. */
  'of-input': 'The input "{{name}}" {{reason}}',
  'input-too-many-axes': [
    'has {{axes}} axes, and layers work on {{most}} at most.',
    'Export the model with some of its axes joined, such as samples and frames.',
  ],
  'input-without-shape': ['has no shape.', 'Choose one for it, such as 3×224×224.'],
  'input-axis-open': [
    'has no fixed extent on axis {{open}} ({{given}}).',
    'Choose a shape for it, such as {{proposed}}.',
  ],
});

/** How a model is opened. */
export interface OnnxImportOptions {
  /** Shown as the design's name; the graph's own name otherwise. */
  readonly name?: string;
  readonly openExternal?: OpenExternal;
  /** Values of the graph that are known beforehand, such as shapes or weights that are fed; by name. */
  readonly fixed?: Readonly<Record<string, Tensor<TensorType>>>;
  /** Extents for inputs with symbolic axes; those of the batch are 1 anyway. */
  readonly inputDims?: Readonly<Record<string, Dims>>;
  /** The same for inputs as samples, or whole: undefined leaves an input as the file has it. */
  readonly shapeFor?: (name: string) => Dims | undefined;
  /** What is to be fed to inputs whose shape is open: its shape is theirs. */
  readonly fedShapeFor?: (name: string) => Dims | undefined;
  /** Takes tensors without elements, which no layer has: they are told beside the design. Refused when left out. */
  readonly allowEmpty?: boolean;
  /** Refuses shapes that only a run can tell, or asks for the input that tells them; the most that they can be when left out. */
  readonly exactShapes?: boolean;
  /** Residual, inception and other structures that blocks stand for become blocks; left as layers otherwise. */
  readonly fold?: boolean;
}

/** Operators of which every output is taken. */
const manyOutputs: ReadonlySet<string> = new Set([
  'EmbedLayerNormalization',
  'SoftmaxCrossEntropyLoss',
  'Split',
  'MaxPool',
  'Dropout',
  'LayerNormalization',
  'TopK',
  'SkipLayerNormalization',
  'SkipSimplifiedLayerNormalization',
  'DynamicQuantizeLinear',
  'Attention',
  'CausalConvWithState',
  'BatchNormalization',
]);

/** Operators that move whole numbers as they move any. */
const movesOnly: ReadonlySet<string> = new Set([
  'Identity',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Slice',
  'Split',
  'Concat',
  'Expand',
  'MaxPool',
  'GlobalMaxPool',
  'DepthToSpace',
  'SpaceToDepth',
  'CenterCropPad',
  'Compress',
  'Resize',
  'Upsample',
]);

/** What a Constant may hold that is no number. */
const textual: ReadonlySet<string> = new Set(['value_string', 'value_strings', 'sparse_value']);

/** The last operator set in which axes are attributes. */
const OPSET_OF_AXES = 12;
const MIN_OPSET = 1;
const MAX_OPSET = 28;

/**
 * Opens an ONNX model as a design. What cannot be taken is told all at once, each operator with its node and what to
 * do; the model is opened whole or not at all.
 */
export async function importOnnx(
  source: ByteSource,
  options: OnnxImportOptions = {},
): Promise<Result<OnnxImport>> {
  try {
    const { model, reader } = await decodeModel(source);
    const restored = options.fixed ? undefined : restore(model, reader, options.openExternal);
    const result = restored
      ? succeed(restoredResult(model, restored))
      : ofOneSample(await new Importer(model, reader, options).run());
    return result.ok && options.fold === true ? succeed(foldImport(result.value)) : result;
  } catch (error) {
    return fail(problemOf(error));
  }
}

/** Costs are a sample's, also where the file is made for several. */
function ofOneSample(result: Result<OnnxImport>): Result<OnnxImport> {
  if (!result.ok) return result;
  const { design, remark } = perSample(result.value.design);
  const remarks = remark ? [...result.value.remarks, remark] : result.value.remarks;
  return succeed({ ...result.value, design, remarks });
}

class Importer {
  #model: OnnxModel;
  readonly #reader: PagedReader;
  readonly #options: OnnxImportOptions;
  readonly #build: DesignBuilder;
  readonly #values = new Map<string, Value>();
  readonly #readers = new Map<string, number>();
  readonly #problems: Problem[] = [];
  readonly #needed = new Set<string>();
  /** What loops have come to so far. */
  #stepNodes = 0;
  readonly #empty = { inputs: new Map<string, Dims>(), outputs: new Map<string, Dims>() };
  readonly #fills = new Map<OnnxNode, { readonly number: number; readonly integer: boolean }>();
  /** What Constant nodes and branches store. */
  readonly #stored = new Map<OnnxNode | OnnxTensor, Constant>();
  /** Values that are another one under a new name. */
  readonly #aliases = new Map<string, string>();
  readonly #remarks: readonly Problem[];

  constructor(given: OnnxModel, reader: PagedReader, options: OnnxImportOptions) {
    const inlined = inlineFunctions(given);
    const { read, unread } = dropUnread(inlined);
    const model = { ...inlined, nodes: expandedNodes(read) };
    this.#model = model;
    this.#reader = reader;
    this.#options = options;
    this.#build = new DesignBuilder(options.exactShapes === true, options.allowEmpty === true);
    this.#remarks = unread.filter(({ op }) => op !== 'Constant').map((node) => leftOut(this.#origin(node)));
  }

  /** Joins what is one operator on integers, and counts who reads what. */
  #fuse(): void {
    const constant = (name: string) => {
      const value = this.#values.get(name);
      return value?.kind === 'constant' ? value : undefined;
    };
    this.#model = { ...this.#model, nodes: fusedNodes(this.#model, constant) };
    const { nodes, outputs } = this.#model;
    for (const name of [...nodes.flatMap(readBy), ...outputs.map((o) => o.name)])
      this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
  }

  async run(): Promise<Result<OnnxImport>> {
    this.#checkVersion();
    this.#checkOperators();
    if (this.#problems.length > 0) return failAll(this.#problems);
    await this.#readConstants();
    this.#fuse();
    for (const input of this.#model.inputs) this.#openInput(input);
    const isFixed = (name: string) => Object.hasOwn(this.#options.fixed ?? {}, name);
    const nodes = recognise(this.#model, this.#values, isFixed);
    for (const node of sorted(nodes, this.#values)) this.#translate(node);
    const outputs = this.#problems.length === 0 && this.#needed.size === 0 ? this.#openOutputs() : undefined;
    for (const name of this.#needed) this.#problems.push(neededInput(name));
    if (this.#problems.length > 0 || !outputs) return failAll(this.#problems);
    this.#build.share();
    this.#build.dropSpent();
    return succeed(this.#result(outputs));
  }

  #checkVersion(): void {
    const { opset } = this.#model;
    if (opset >= MIN_OPSET && opset <= MAX_OPSET) return;
    this.#problems.push(say.at({ path: 'opset_import' }, 'opset-unsupported', { opset, most: MAX_OPSET }));
  }

  #checkOperators(): void {
    for (const node of this.#model.nodes) this.#checkOperator(node);
  }

  /** Whether the operator is known; a problem is told when it is not. */
  #checkOperator(node: OnnxNode): boolean {
    const ours = node.domain === '' || (node.domain === 'com.microsoft' && contributed.has(node.op));
    const known =
      Object.hasOwn(operators, node.op) || foldedOnly.has(node.op) || ['If', 'Loop'].includes(node.op);
    if (ours && known) return true;
    const origin = this.#origin(node);
    const named = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
    this.#problems.push(
      say.at({ path: origin.name, offset: node.offset }, refusalKeyOf(node), {
        named,
        name: origin.name,
        opset: origin.opset,
      }),
    );
    return false;
  }

  #origin(node: OnnxNode): Origin {
    const { opset, domains } = this.#model;
    return {
      name: node.name === '' ? (node.outputs[0] ?? node.op) : node.name,
      op: node.op,
      opset: node.domain === '' ? (node.opset ?? opset) : (domains.get(node.domain) ?? 1),
      offset: node.offset,
    };
  }

  /** Initialisers and Constant nodes; small ones are read now, others when a run wants them. */
  async #readConstants(): Promise<void> {
    for (const [name, tensor] of Object.entries(this.#options.fixed ?? {})) {
      const declared = this.#model.inputs.find((input) => input.name === name)?.type ?? 0;
      this.#values.set(name, { ...given(tensor), ...(isElementType(declared) && { type: declared }) });
    }
    for (const tensor of this.#model.initializers) {
      if (!this.#values.has(tensor.name))
        this.#values.set(tensor.name, {
          ...(await this.#constant(tensor, learnedIn(tensor))),
          source: tensor.name,
        });
    }
    await this.#readStored(this.#model.nodes);
    for (const node of this.#model.nodes) this.#takeStored(node);
  }

  /** What Constant nodes, fillings and branches hold. */
  async #readStored(nodes: readonly OnnxNode[]): Promise<void> {
    for (const node of nodes) {
      if (node.op === 'Constant' && node.outputs[0]) {
        const constant = await this.#constantNode(node);
        this.#stored.set(node, { ...constant, source: node.outputs[0] });
      }
      for (const branch of branchesOf(node)) {
        for (const tensor of branch.initializers)
          this.#stored.set(tensor, {
            ...(await this.#constant(tensor, learnedIn(tensor))),
            source: tensor.name,
          });
        await this.#readStored(branch.nodes);
      }
      if (node.op !== 'ConstantOfShape') continue;
      const value = node.attributes.get('value');
      if (value?.kind !== 'tensor') continue;
      const elements = await readElements(this.#reader, value.value, this.#options.openExternal);
      this.#fills.set(node, { number: elements[0] ?? 0, integer: !elementTypes[value.value.type].float });
    }
  }

  #takeStored(node: OnnxNode): void {
    const stored = this.#stored.get(node);
    if (stored) this.#values.set(node.outputs[0]!, stored);
  }

  async #constant(tensor: OnnxTensor, sources: Sources): Promise<Constant> {
    const read = () => readElements(this.#reader, tensor, this.#options.openExternal);
    const integer = !elementTypes[tensor.type].float;
    const small = elementCount(tensor.dims) <= SMALL_ELEMENTS;
    const few = small ? await this.#fewElements(tensor, read) : { values: undefined };
    const part = partsOf(this.#reader, tensor, this.#options.openExternal);
    return {
      kind: 'constant',
      dims: tensor.dims,
      integer,
      type: tensor.type,
      ...few,
      sources,
      load: read,
      ...(part && { part }),
    };
  }

  /** Whole numbers decide shapes, and must be there; of others beside the model a design can be shown without. */
  async #fewElements(
    tensor: OnnxTensor,
    read: () => Promise<Elements>,
  ): Promise<Pick<Constant, 'values' | 'unread'>> {
    const mayMiss = tensor.content.kind === 'external' && elementTypes[tensor.type].float;
    try {
      return { values: Array.from(await read()) };
    } catch (error) {
      if (mayMiss && error instanceof Refusal) return { values: undefined, unread: error.problem };
      throw error;
    }
  }

  async #constantNode(node: OnnxNode): Promise<Constant> {
    const attributes = new AskedAttributes(node.attributes);
    const attribute = (name: string) => attributes.get(name);
    const numbers = ['value_float', 'value_int', 'value_floats', 'value_ints'].map(attribute);
    const tensor = attribute('value');
    if (attributes.unasked !== undefined && !textual.has(attributes.unasked))
      throw refusalOf(this.#origin(node), unknownAttribute(attributes.unasked));
    if (tensor?.kind === 'tensor') {
      const stored = { ...tensor.value, name: node.outputs[0]! };
      const constant = await this.#constant(stored, noSources);
      return stated(constant) ? constant : { ...constant, sources: learnedIn(stored) };
    }
    for (const given of numbers) {
      if (given?.kind === 'float' || given?.kind === 'int')
        return known([given.value], [], given.kind === 'int');
      if (given?.kind === 'floats' || given?.kind === 'ints') {
        return known(given.value, [given.value.length], given.kind === 'ints');
      }
    }
    throw new Refusal(
      say.at({ path: this.#origin(node).name, offset: node.offset }, 'constant-unsupported', {
        name: this.#origin(node).name,
      }),
    );
  }

  #openInput(input: OnnxValue): void {
    if (this.#values.has(input.name)) return;
    try {
      const { shape, batched } = shapeOf(input, this.#wantedDims(input));
      if (this.#options.allowEmpty && elementCount(shape) === 0) {
        const dims = batched ? [1, ...shape] : shape;
        this.#empty.inputs.set(input.name, dims);
        const type = isElementType(input.type) ? input.type : undefined;
        const whole = type !== undefined && !elementTypes[type].float;
        this.#values.set(input.name, { ...known([], dims, whole), ...(type !== undefined && { type }) });
        return;
      }
      const origin = { name: input.name, op: 'Input', opset: this.#model.opset, offset: 0 };
      const names = openNames(input.dims ?? []);
      const open = batched && names?.length === shape.length + 1 ? names.slice(1) : names;
      const flow = this.#build.addInput(origin, input.name, shape, batched, namesOf(open, shape));
      // A mask is 0 and 1, as numbers too.
      const integer = isElementType(input.type) && !elementTypes[input.type].float && input.type !== BOOL;
      const truth = input.type === BOOL;
      const wraps = isNarrow(input.type) ? input.type : undefined;
      this.#values.set(input.name, {
        ...flow,
        ...(integer && { integer }),
        ...(truth && { truth }),
        ...(wraps && { wraps }),
      });
    } catch (error) {
      if (this.#mustBeKnown(input)) this.#needed.add(input.name);
      else this.#problems.push(problemOf(error));
    }
  }

  #wantedDims({ name, dims }: OnnxValue): Dims | undefined {
    const isFree = dims === undefined || dims.some(isOpen);
    const fed = isFree ? this.#options.fedShapeFor?.(name) : undefined;
    const asked = this.#options.shapeFor?.(name);
    if (!asked) return fed ?? this.#options.inputDims?.[name];
    // Where the file says nothing, three extents are a picture's.
    const rank = dims?.length ?? (asked.length === 3 ? 4 : asked.length);
    if (asked.length >= rank) return asked;
    const batch = dims?.[0];
    return [batch === undefined || isOpen(batch) ? 1 : Number(batch), ...asked];
  }

  /** Integers and scalars do not flow through layers: they can only decide shapes and bounds. */
  #mustBeKnown({ type, dims }: OnnxValue): boolean {
    return dims?.length === 0 || (isElementType(type) && !elementTypes[type].float);
  }

  #translate(node: OnnxNode): void {
    if (node.op === 'Constant') this.#takeStored(node);
    if (
      node.op === 'Constant' ||
      node.outputs.every((name) => Object.hasOwn(this.#options.fixed ?? {}, name))
    )
      return;
    if (node.op === 'If') {
      this.#takeBranch(node);
      return;
    }
    if (node.op === 'Loop') {
      this.#takeLoop(node);
      return;
    }
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.#values.get(name)));
    const unknown = node.inputs.some((name, i) => name !== '' && inputs[i] === undefined);
    // What an earlier problem left unknown is not told again.
    if (unknown && this.#told) return;
    const origin = this.#origin(node);
    const view = new NodeView(
      node,
      origin.opset,
      inputs,
      this.#build,
      this.#readersOf,
      this.#fills.get(node),
    );
    try {
      if (unknown) {
        const missing = node.inputs.find((name, i) => name !== '' && inputs[i] === undefined);
        throw view.refuse(say('value-unknown:input', { missing: missing ?? '' }));
      }
      if (node.madeOf) {
        const whole = structure(view, (each) => this.#layers(each));
        if (whole) this.#values.set(node.outputs[0]!, whole[0]!);
        else for (const part of sorted(node.madeOf, this.#values)) this.#translate(part);
        return;
      }
      const outputs = fold(view) ?? this.#checked(view);
      view.onlyKnownAttributes();
      for (const [i, name] of node.outputs.entries()) {
        const output = outputs[i];
        if (name === '' || !output) continue;
        this.#values.set(name, asItsOwn(output, name));
        const same = inputs.indexOf(output);
        if (same >= 0) this.#aliases.set(name, node.inputs[same]!);
      }
    } catch (error) {
      if (error instanceof NeedsInput) this.#needed.add(error.input);
      else this.#problems.push(problemOf(error));
    }
  }

  /** The branch that a known condition chooses, as if it stood in the graph; both where the network computes it. */
  #takeBranch(node: OnnxNode): void {
    const condition = this.#values.get(node.inputs[0] ?? '');
    if (!condition && this.#told) return;
    const attributes = new AskedAttributes(node.attributes);
    const [then, other] = [attributes.get('then_branch'), attributes.get('else_branch')];
    const refuse = (issue: Issue) => this.#problems.push(refusalOf(this.#origin(node), issue).problem);
    if (attributes.unasked !== undefined) {
      refuse(unknownAttribute(attributes.unasked));
      return;
    }
    if (then?.kind !== 'graph' || other?.kind !== 'graph') {
      refuse(say('branch-missing'));
      return;
    }
    if (condition?.kind === 'flow') {
      // What is fed may be known, and then the shapes of the branches may differ.
      if (condition.input !== undefined && this.#options.exactShapes) this.#needed.add(condition.input);
      else this.#takeBoth(node, condition, [then.value, other.value]);
      return;
    }
    const truth = condition?.values?.[0];
    if (truth === undefined) {
      refuse(say('value-unknown:input', { missing: node.inputs[0] ?? '' }));
      return;
    }
    const { outputs } = this.#takeGraph((truth ? then : other).value);
    for (const [i, { name }] of outputs.entries()) {
      const output = node.outputs[i];
      if (output) this.#rename(name, output);
    }
  }

  #takeGraph(branch: OnnxSubgraph): OnnxSubgraph {
    const { nodes, initializers } = branch;
    for (const tensor of initializers) this.#values.set(tensor.name, this.#stored.get(tensor)!);
    for (const inner of sorted(nodes, new Map())) if (this.#checkOperator(inner)) this.#translate(inner);
    return branch;
  }

  /** Both branches, and a choice between what they give, which must be alike. */
  #takeBoth(node: OnnxNode, condition: Flow, branches: readonly [OnnxSubgraph, OnnxSubgraph]): void {
    // Both may have values of the same names: those of one are kept before those of the other come.
    const given = (branch: OnnxSubgraph) =>
      this.#takeGraph(branch).outputs.map(({ name }) => this.#values.get(name));
    const [ours, others] = [given(branches[0]), given(branches[1])];
    if (this.#told) return;
    const origin = this.#origin(node);
    for (const [i, output] of node.outputs.entries()) {
      const [a, b] = [ours[i], others[i]];
      if (output === '' || !a || !b) continue;
      if (!sameDims(a.dims, b.dims)) {
        if (condition.input !== undefined) this.#needed.add(condition.input);
        else {
          const words = { one: formatDims(a.dims), other: formatDims(b.dims) };
          this.#problems.push(refusalOf(origin, say('condition-unknown', words)).problem);
        }
        return;
      }
      this.#choose(node, condition, [a, b], output);
    }
    const { name, op, offset } = origin;
    this.#build.bounds.push(say.at({ path: name, offset }, 'both-branches', { op, name }));
  }

  #choose(node: OnnxNode, condition: Flow, values: readonly [Value, Value], output: string): void {
    const names = values.map((value, i) => {
      const name = `${output}/${i === 0 ? 'then' : 'else'}`;
      this.#values.set(name, value);
      return name;
    });
    const beside = { domain: '', offset: node.offset, opset: OPSET_OF_AXES };
    let asked = node.inputs[0]!;
    if (condition.dims.length > values[0].dims.length) {
      asked = `${output}/if`;
      const inputs = [node.inputs[0]!];
      this.#translate({
        ...beside,
        op: 'Squeeze',
        name: asked,
        inputs,
        outputs: [asked],
        attributes: new Map(),
      });
    }
    const inputs = [asked, ...names];
    this.#translate({
      ...beside,
      op: 'Where',
      name: output,
      inputs,
      outputs: [output],
      attributes: new Map(),
    });
  }

  /** Whether the model is refused already: what follows from that is not told. */
  get #told(): boolean {
    return this.#problems.length > 0 || this.#needed.size > 0;
  }

  /** A loop whose steps are known beforehand, one step after the other. */
  #takeLoop(node: OnnxNode): void {
    const [steps, goesOn] = [0, 1].map((i) => this.#values.get(node.inputs[i] ?? ''));
    const unknown = node.inputs.some((name) => name !== '' && !this.#values.has(name));
    if (unknown && this.#told) return;
    const fed = [steps, goesOn].find((value) => value?.kind === 'flow' && value.input !== undefined);
    if (fed?.kind === 'flow') {
      this.#needed.add(fed.input!);
      return;
    }
    const refuse = (issue: Issue) => this.#problems.push(refusalOf(this.#origin(node), issue).problem);
    const body = node.attributes.get('body');
    if (unknown || body?.kind !== 'graph' || steps?.kind === 'flow' || goesOn?.kind === 'flow') {
      refuse(say('steps-unknown'));
      return;
    }
    const most = steps?.values?.[0] ?? Number.POSITIVE_INFINITY;
    let going = goesOn?.values?.[0] ?? 1;
    let carried: readonly string[] = node.inputs.slice(2);
    const kept: string[][] = [];
    for (let i = 0; i < most && going !== 0; i++) {
      if (i === MAX_STEPS) {
        refuse(say('steps-too-many', { most: MAX_STEPS }));
        return;
      }
      // A step of nothing takes its time, too.
      this.#stepNodes += 1 + body.value.nodes.length;
      if (this.#stepNodes > MAX_STEP_NODES) {
        refuse(say('step-nodes-too-many', { most: MAX_STEP_NODES }));
        return;
      }
      const given = this.#takeStep(body.value, `${node.name || node.outputs[0]}/${i}`, carried, i);
      if (this.#told) return;
      const [condition] = given;
      const value = this.#values.get(condition ?? '');
      if (value?.kind !== 'constant' || value.values?.[0] === undefined) {
        refuse(say('steps-unknown'));
        return;
      }
      going = value.values[0];
      carried = given.slice(1, 1 + carried.length);
      for (const [at, name] of given.slice(1 + carried.length).entries()) {
        kept[at] ??= [];
        kept[at].push(name);
      }
    }
    for (const [at, output] of node.outputs.entries()) {
      const name = carried[at];
      if (output === '') continue;
      if (name !== undefined) this.#rename(name, output);
      else this.#stack(node, kept[at - carried.length] ?? [], output);
    }
  }

  /** A step of a loop; gives the names of its outputs. */
  #takeStep(body: OnnxSubgraph, prefix: string, carried: readonly string[], i: number): readonly string[] {
    const { nodes, renamed } = loopStep(body, prefix, carried);
    const [count, condition] = body.inputs;
    if (count !== undefined) this.#values.set(renamed(count), known([i], [], true));
    if (condition !== undefined)
      this.#values.set(renamed(condition), { ...known([1], [], true), type: BOOL });
    for (const tensor of body.initializers) this.#values.set(tensor.name, this.#stored.get(tensor)!);
    for (const { node, original } of nodes) this.#storeAlike(node, original);
    for (const name of nodes.flatMap(({ node }) => readBy(node)))
      this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    const outputs = body.outputs.map(({ name }) => renamed(name));
    for (const name of outputs) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    const inner = nodes.map(({ node }) => node);
    for (const node of sorted(inner, new Map())) if (this.#checkOperator(node)) this.#translate(node);
    return outputs;
  }

  /** What a node stores, under its other name too. */
  #storeAlike(node: OnnxNode, original: OnnxNode): void {
    const stored = this.#stored.get(original);
    if (stored) this.#stored.set(node, stored);
    const fill = this.#fills.get(original);
    if (fill) this.#fills.set(node, fill);
    const branches = branchesOf(original);
    for (const [at, branch] of branchesOf(node).entries()) {
      for (const [i, tensor] of branch.initializers.entries())
        this.#stored.set(tensor, this.#stored.get(branches[at]!.initializers[i]!)!);
      for (const [i, inner] of branch.nodes.entries()) this.#storeAlike(inner, branches[at]!.nodes[i]!);
    }
  }

  #rename(name: string, output: string): void {
    const value = this.#values.get(name);
    if (!value) return;
    this.#values.set(output, value);
    this.#aliases.set(output, name);
  }

  /** What every step of a loop gives, one behind the other along a new first axis. */
  #stack(node: OnnxNode, names: readonly string[], output: string): void {
    if (names.length === 0) {
      this.#problems.push(refusalOf(this.#origin(node), say('steps-none')).problem);
      return;
    }
    const beside = { domain: '', offset: node.offset, opset: OPSET_OF_AXES };
    const rows = names.map((name, i) => {
      const row = `${output}/${i}`;
      const attributes = new Map([['axes', { kind: 'ints', value: [0] } as const]]);
      this.#translate({ ...beside, op: 'Unsqueeze', name: row, inputs: [name], outputs: [row], attributes });
      return row;
    });
    const attributes = new Map([['axis', { kind: 'int', value: 0 } as const]]);
    this.#translate({ ...beside, op: 'Concat', name: output, inputs: rows, outputs: [output], attributes });
  }

  /** How many read a value, under whatever name: more than one where any of its names has more readers. */
  readonly #readersOf = (name: string): number => {
    let most = this.#readers.get(name) ?? 0;
    for (let at = this.#aliases.get(name); at !== undefined; at = this.#aliases.get(at))
      most = Math.max(most, this.#readers.get(at) ?? 0);
    return most;
  };

  /** Layers, which compute in float32: whole numbers are only moved, until a Cast makes floats of them. */
  #checked(view: NodeView): readonly Value[] {
    const whole = view.inputs.some((value) => value?.kind === 'flow' && value.integer);
    if (!whole || takesWhole.has(view.op)) return this.#layers(view);
    if (isNothing(view)) return [filled(0, view.dims(0), true)];
    const fed = view.inputs.some((value) => value?.kind === 'flow' && value.integer === true);
    const integer = fed ? true : 'counts';
    const marked = () =>
      this.#layers(view).map((value) => (value.kind === 'flow' ? ({ ...value, integer } as const) : value));
    if (!fed && computesWhole.has(view.op)) return marked().map((value) => inItsType(view, value));
    const beside = view.op === 'Concat' ? [] : view.inputs.slice(1);
    const asked = movesOnly.has(view.op) ? beside : view.inputs;
    // Known values decide shapes, rows of tables and the like.
    const input = asked.find((value) => value?.kind === 'flow' && value.integer && value.input);
    if (input?.kind === 'flow') throw new NeedsInput(input.input!);
    if (!movesOnly.has(view.op)) {
      throw view.refuse(say('integers-unsupported'));
    }
    return marked();
  }

  /** What an operator gives, with a mark where it is truth values. */
  #layers(view: NodeView): readonly Value[] {
    const like = typedAs(view.op, view.inputs);
    const cast = view.op === 'Cast' && view.int('to', 0) === BOOL;
    const outputs = this.#translated(view);
    const truth = isTruth(like) || cast || givesTruths.has(view.op);
    const wraps = like?.kind === 'flow' && view.op !== 'CastLike' ? like.wraps : undefined;
    const [first] = view.inputs;
    const halves = movesOnly.has(view.op) && first?.kind === 'flow' ? first.halves : undefined;
    if (!truth && wraps === undefined && halves === undefined) return outputs;
    const marks = {
      ...(truth && ({ truth } as const)),
      ...(wraps && { wraps }),
      ...(halves && { halves }),
    };
    return outputs.map((value) => (value.kind === 'flow' ? { ...value, ...marks } : value));
  }

  #translated(view: NodeView): readonly Value[] {
    const translate = operators[view.op];
    if (!translate) {
      // What is fed may be known when the network runs.
      const fed = view.inputs.find((value) => value?.kind === 'flow' && value.input !== undefined);
      if (fed?.kind === 'flow') throw new NeedsInput(fed.input!);
      throw view.refuse(say('operator-not-constant'));
    }
    if (!manyOutputs.has(view.op)) view.onlyFirstOutput();
    return translate(view);
  }

  #openOutputs(): ReadonlyMap<string, NodeId> {
    const outputs = new Map<string, NodeId>();
    for (const { name } of this.#model.outputs) {
      const value = this.#values.get(name);
      const origin = { name, op: 'Output', opset: this.#model.opset, offset: 0 };
      if (!value) {
        this.#problems.push(say.at({ path: name }, 'value-unknown:output', { name }));
        continue;
      }
      if (this.#options.allowEmpty && elementCount(value.dims) === 0) {
        this.#empty.outputs.set(name, value.dims);
        continue;
      }
      if (value.kind === 'constant' && value.counted) {
        this.#problems.push(refusalOf(origin, countUnknown()).problem);
        continue;
      }
      const id = this.#build.freeId(name === '' ? 'output' : this.#outputId(name, value));
      const flow =
        value.kind === 'flow'
          ? inSinglePrecision(this.#build, origin, value, `${name}.rounded`)
          : this.#build.constant(origin, value, `${name}.constant`, isLearned(value), true);
      this.#build.add(origin, 'output', [flow], {}, {}, id);
      outputs.set(name, id);
    }
    return outputs;
  }

  /** `output` beside a last layer of the same name. */
  #outputId(name: string, value: Value): string {
    return value.kind === 'flow' && value.ref.node === idOf(name) ? `${name}.output` : name;
  }

  #result(outputs: ReadonlyMap<string, NodeId>): OnnxImport {
    const model = this.#model;
    const flows = [...this.#values].filter(
      (entry): entry is [string, Flow] => entry[1].kind === 'flow' && this.#build.has(entry[1].ref.node),
    );
    const constants = [...this.#values].filter(
      (entry): entry is [string, Constant] => entry[1].kind === 'constant',
    );
    const inputs = model.inputs.flatMap(({ name }) => {
      const value = this.#values.get(name);
      return value?.kind === 'flow' && this.#build.has(value.ref.node)
        ? [[name, value.ref.node] as const]
        : [];
    });
    return {
      design: {
        ...this.#build.design(this.#options.name ?? (model.name || 'Imported'), ''),
        numbers: numbersOf(model),
      },
      weights: this.#build.weights,
      inputs: new Map(inputs),
      outputs,
      values: new Map(flows.map(([name, { ref }]) => [name, ref])),
      constants: new Map(constants.map(([name, { dims }]) => [name, dims])),
      empty: this.#empty,
      elementTypes: new Map([...model.inputs, ...model.outputs].map(({ name, type }) => [name, type])),
      opset: model.opset,
      producer: model.producer,
      weightElements: model.initializers.reduce((sum, { dims }) => sum + elementCount(dims), 0),
      remarks: [...this.#remarks, ...this.#build.bounds],
    };
  }
}

/** Whether something is taken from itself, as functions of losses make noughts of the type of their labels. */
function isNothing({ op, inputs: [a, b] }: NodeView): boolean {
  return op === 'Sub' && a?.kind === 'flow' && b?.kind === 'flow' && a.ref === b.ref;
}

/** What is computed with whole numbers in a type that wraps around, as that type holds it. */
function inItsType(view: NodeView, value: Value): Value {
  const wraps = view.inputs.find((each) => each?.kind === 'flow' && each.wraps !== undefined);
  const type = wraps?.kind === 'flow' ? wraps.wraps : undefined;
  if (value.kind !== 'flow' || type === undefined || staysInType.has(view.op)) return value;
  const isExact = growsLittle.has(view.op) || (view.op === 'Mul' && elementTypes[type].bytes <= 1);
  if (!isExact) throw view.refuse(say('integers-unsupported'));
  return { ...wrappedTo(view, value, type), integer: value.integer ?? 'counts', wraps: type };
}

/** Operators of whole numbers whose results their type holds. */
const staysInType: ReadonlySet<string> = new Set([
  ...['Min', 'Max', 'Clip', 'Trilu', 'Relu', 'ReduceMax', 'ReduceMin', 'ReduceMean', 'Mod', 'Sign', 'Pad'],
]);

/** Those that give no more than float32 holds exactly of numbers of two bytes. */
const growsLittle: ReadonlySet<string> = new Set(['Add', 'Sub', 'Neg', 'Abs', 'Div', 'Sum']);

/** Operators that are refused by what they are for. */
const refusedFor = [
  ['recurrent', /^(LSTM|GRU|RNN|Scan)$/],
  ['sequence', /^(Sequence|Optional)|Sequence$/],
  ['text', /^(String|Tokenizer|TfIdfVectorizer|RegexFullMatch)/],
  ['training', /Loss$|^Gradient$/],
  ['random', /^(Random|Bernoulli|Multinomial)/],
  ['picture', /^ImageDecoder$/],
  ['fallback', /^ATen$/],
  ['custom', /_TRT$|^(MMCV|TRT)/],
] as const;

/** Domains whose operators are refused by whose they are. */
const refusedOf = [
  ['classical', /^ai[.]onnx[.]ml$/],
  ['training', /\.training$/],
  ['layout', /^com\.microsoft\.nchwc$|^com\.ms\.internal\.nhwc$/],
  ['fallback', /^(org\.pytorch\.)?aten$/],
] as const;

type Family = 'optimised' | 'custom' | (typeof refusedFor)[number][0] | (typeof refusedOf)[number][0];

function refusalKeyOf({ op, domain }: OnnxNode): 'operator-unsupported' | `operator-unsupported:${Family}` {
  const [family] =
    refusedOf.find(([, name]) => name.test(domain)) ?? refusedFor.find(([, name]) => name.test(op)) ?? [];
  if (family) return `operator-unsupported:${family}`;
  if (domain.startsWith('com.microsoft')) return 'operator-unsupported:optimised';
  return domain === '' || domain.startsWith('ai.onnx')
    ? 'operator-unsupported'
    : 'operator-unsupported:custom';
}

/** What an operator gives is a tensor of its own, even where it only hands on a weight: exporters give equal ones one name. */
function asItsOwn(value: Value, name: string): Value {
  return value.kind === 'constant' ? { ...value, source: name } : value;
}

function restoredResult(model: OnnxModel, { design, network, weights }: Restored): OnnxImport {
  const ids = (steps: readonly number[]) =>
    new Map(steps.map((at) => [network.steps[at]!.id, network.steps[at]!.id]));
  const values = network.steps.flatMap(({ id, outputDims }) =>
    Object.hasOwn(design.nodes, id) && outputDims.length === 1
      ? [[id, { node: id, port: 'out' }] as const]
      : [],
  );
  return {
    design,
    weights,
    inputs: ids(network.inputs),
    outputs: ids(network.outputs),
    values: new Map(values),
    constants: new Map(),
    empty: { inputs: new Map(), outputs: new Map() },
    elementTypes: new Map([...model.inputs, ...model.outputs].map(({ name, type }) => [name, type])),
    opset: model.opset,
    producer: model.producer,
    weightElements: model.initializers.reduce((sum, { dims }) => sum + elementCount(dims), 0),
    remarks: [],
  };
}

/** A tensor in memory as a constant. */
function given({ type, data, dims }: Tensor<TensorType>): Constant {
  const integer = type !== 'float32' && type !== 'float64';
  const values = data.length <= SMALL_ELEMENTS ? Array.from(data, Number) : undefined;
  const load = async () =>
    data instanceof Float32Array
      ? data
      : integer
        ? Float64Array.from(data, Number)
        : Float32Array.from(data, Number);
  return { kind: 'constant', dims, integer, values, sources: noSources, load };
}

/** What may have been learned of a stored tensor: all of it, where its numbers are of floating point or quantised. */
function learnedIn({ name, dims, type, notLearned }: OnnxTensor): Sources {
  if (notLearned) return noSources;
  const quantised = elementTypes[type].bytes <= 1 && type !== BOOL;
  return elementTypes[type].float || quantised ? new Map([[name, elementCount(dims)]]) : noSources;
}

/** A Constant of one number, or of one number throughout, was written down, not learned. */
function stated({ dims, values }: Constant): boolean {
  if (elementCount(dims) === 1) return true;
  return values !== undefined && Array.from(values).every((value) => value === values[0]);
}

function leftOut({ name, op, offset }: Origin): Problem {
  return say.at({ path: name, offset }, 'operator-unread', { op, name });
}

function neededInput(name: string): Problem {
  return say.at({ path: name }, 'input-must-be-known', { name });
}

/** Of a sample, as the Input layer has them. */
const MOST_AXES = 5;

/** The Input node's shape: a first axis of one or without a number is the batch. */
function shapeOf(input: OnnxValue, wanted: Dims | undefined): { shape: Dims; batched: boolean } {
  const refuse = (issue: Issue) => {
    const message = say.part('of-input', { name: input.name, reason: issue.told.message });
    return new Refusal(placed(retold(issue, message), { path: input.name }));
  };
  const { dims } = input;
  if (!dims && !wanted) throw refuse(say('input-without-shape'));
  const given = wanted ?? dims!.map((extent, axis) => (axis === 0 && isOpen(extent) ? 1 : extent));
  const open = given.findIndex(isOpen);
  if (open >= 0) {
    throw refuse(
      say('input-axis-open', {
        open,
        given: String(given[open]),
        proposed: proposedShape(dims ?? []).join('×'),
      }),
    );
  }
  const extents = given as Dims;
  const batched = extents.length > 1 && extents[0] === 1;
  if (extents.length - Number(batched) > MOST_AXES)
    throw refuse(say('input-too-many-axes', { axes: extents.length, most: MOST_AXES }));
  return { shape: batched ? extents.slice(1) : extents, batched };
}

/** The names of open axes of a shape, where they are its own and any is open. */
function namesOf(open: OpenAxes | undefined, shape: Dims): OpenAxes | undefined {
  return open?.length === shape.length && open.some((name) => name !== null) ? open : undefined;
}

/** Nodes in an order in which they can run; what waits for itself comes last and finds its inputs unknown. */
function sorted(nodes: readonly OnnxNode[], constants: ReadonlyMap<string, unknown>): readonly OnnxNode[] {
  const maker = new Map<string, OnnxNode>();
  for (const node of nodes) for (const name of node.outputs) if (!constants.has(name)) maker.set(name, node);
  const waiting = new Map<OnnxNode, number>();
  const readers = new Map<OnnxNode, OnnxNode[]>();
  for (const node of nodes) {
    const before = new Set(readBy(node).flatMap((name) => maker.get(name) ?? []));
    before.delete(node);
    waiting.set(node, before.size);
    for (const other of before) {
      const known = readers.get(other);
      if (known) known.push(node);
      else readers.set(other, [node]);
    }
  }
  const order = nodes.filter((node) => waiting.get(node) === 0);
  for (const node of order) {
    for (const reader of readers.get(node) ?? []) {
      const left = waiting.get(reader)! - 1;
      waiting.set(reader, left);
      if (left === 0) order.push(reader);
    }
  }
  const cyclic = nodes.filter((node) => waiting.get(node)! > 0);
  return [...order, ...cyclic];
}
