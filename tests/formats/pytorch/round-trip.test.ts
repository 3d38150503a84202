import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exportPyTorch } from '../../../shared/formats/pytorch/export.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { zoo } from '../../../shared/zoo/index.ts';
import { pythonWith } from '../../peers/python.ts';
import { byTurns, thoroughness } from '../../thorough.ts';
import { changedByBlack, changedByRuff, hasBlack, hasRuff } from '../code/formatters.ts';

const python = pythonWith('torch', 'torchvision');
const script = 'tests/formats/pytorch/round_trip.py';

const few = ['resnet18', 'shufflenet_v2_x0_5'];
const more = [
  'mobilenet_v2',
  'resnet50',
  'convnext_tiny',
  'densenet121',
  'squeezenet1_1',
  'mobilenet_v3_small',
  'efficientnet_b0',
];
const others = [
  'regnet_y_400mf',
  'regnet_x_400mf',
  'resnext50_32x4d',
  'mnasnet0_5',
  'googlenet',
  'alexnet',
  'vgg11_bn',
];
/** By their seeds. */
const random = Array.from(
  { length: thoroughness > 0 ? 300 * thoroughness : 10 },
  (_, seed) => `random_${seed}`,
);
/** Modules as people write them, of which all comes back; and what else is told of those of which it does not. */
const users = (
  'UNet Siamese SEResNet DetHead Buffers InPlace Line Two Dict Embed MHA Attending Encoder Decoder Placed Shifted Aliased Yolo HighResolution ' +
  'Norms Pyramid CBAM Vit ConvNext Superresolved Generator Inception Doubled Functional Einsum WindowAttention Cropping Shuffled Gated ' +
  'Ups GatedUNet Detr Gpt Clip TimmVit DetectronFPN Bert YoloGraph Crossing Albert Trained Rearranged ' +
  'YoloNeck ConvNextV2 MobileOne SiamFPN Perceiver Padded Weighed WeighedByHead PaddedAndWeighed Transformer ConvLstm Detector ' +
  'Listed Keyed Skips LastWeights UNetPP Pairs Variational Asked Frames Fairseq Deep Named'
)
  .split(' ')
  .map((name) => `user_${name}`);
/** What the code that comes back has of its modules. */
const saidBy: Readonly<Record<string, readonly string[]>> = {
  user_Ups: [
    'def forward(self, x1: Tensor, x2: Tensor) -> Tensor:',
    'self.up1 = Up(32, 16)',
    'down2 = self.up1(down2, out)',
  ],
  user_GatedUNet: ['def forward(self, x: Tensor, skip: Tensor) -> Tensor:'],
  user_Detr: [
    'self, tgt: Tensor, memory: Tensor, pos: Tensor, query_pos: Tensor\n',
    'self.multihead_attn = nn.MultiheadAttention(12, 3)',
    '-> dict[str, Tensor]:',
    '*[DetrDecoderLayer() for _ in range(2)]',
  ],
  user_Gpt: ['self.attn = nn.MultiheadAttention(12, 3, batch_first=True)', 'attn_mask=self.'],
  user_Clip: ['def forward(self, x: Tensor, attn_mask: Tensor) -> Tensor:', 'attn_mask=attn_mask'],
  user_Crossing: ['nn.MultiheadAttention(12, 2, kdim=10, vdim=10, batch_first=True)'],
  user_YoloNeck: ['self.act = nn.SiLU()', 'def __init__(self, c1: int, c2: int, k: int, s: int = 1,'],
  user_SiamFPN: ['def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:', 'self.trunk = Trunk()'],
  user_Detector: ['self.backbone = Backbone()', 'self.fpn = FPN()', 'self.head = Head()'],
  user_Padded: ['key_padding_mask=', 'self.attn = nn.MultiheadAttention(12, 3, batch_first=True)'],
  user_Weighed: ['out, attn_1 = self.attn(x, x, x)'],
  user_WeighedByHead: ['average_attn_weights=False', 'self.attn = nn.MultiheadAttention(12, 3)'],
  user_PaddedAndWeighed: ['self.attn = nn.MultiheadAttention(12, 3, batch_first=True)'],
  user_Listed: [
    'def forward(self, feats: list[Tensor]) -> list[Tensor]:',
    'x = self.backbone(x)\n        x = self.neck(x)\n        x = self.head(x)\n',
  ],
  user_Keyed: [
    'def forward(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:',
    '"pool": max_pool2d}',
    'x = self.fpn(x)\n        x = self.head(x["c3"])\n',
  ],
  user_Skips: [
    'self.e1 = Stage(3, 8)\n        self.e2 = Stage(8, 16)\n        self.e3 = Stage(16, 32)\n',
    'x, _ = self.e2(x)\n        _, x = self.e3(x)\n',
  ],
  user_LastWeights: ['*[AttnBlock() for _ in range(3)]', 'x, _ = self.blocks[1](x)'],
  user_UNetPP: [
    'def forward(self, xs: list[Tensor]) -> Tensor:',
    'x = torch.cat(xs, dim=1)',
    'self.conv0_0 = Joined(3, 8)',
    'self.conv0_2 = Joined(32, 8)',
  ],
  user_Pairs: [
    'def forward(self, pair: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:',
    'def forward(self, *xs: Tensor) -> Tensor:',
    'def forward(self, left: Tensor, right: Tensor) -> Tensor:',
  ],
  user_Named: [
    'self.add_module("conv-1", Numbered())',
    'self.add_module("3x3", nn.Conv2d(4, 4, kernel_size=3, padding=1))',
    'self.add_module("0", nn.Conv2d(3, 4, kernel_size=3))',
    'self._1 = nn.Conv2d(4, 4, kernel_size=1)\n',
    'x = self.get_submodule("conv-1")(x)',
  ],
  user_Asked: ['.shape[0] // 4, 1, 1)'],
  user_Frames: ['self.table.repeat_interleave('],
  user_Variational: ['self.encoder = Moments()'],
  user_Trained: ['*[EmaBlock() for _ in range(4)]'],
};
const toldOf: Readonly<Record<string, readonly RegExp[]>> = {
  user_Dynamic: [/users_modules\.py:\d+: Dynamic cannot be traced: .*control flow/],
  user_Items: [/users_modules\.py:\d+: item decides by the numbers of a tensor/],
  user_View: [/users_modules\.py:\d+: relu_ changes in place what stem is seen through/],
  user_Nested: [/users_habits\.py:\d+: gives its results in containers of containers/],
  user_Joining: [
    /users_samples\.py:\d+: does other steps with two samples than with one: the design holds for one/,
  ],
  user_Counting: [/^steps is not taken as it is/],
  user_Rnn: [/users_modules\.py:\d+: rnn has no layer here/],
  user_Normed: ['a', 'b', 'c'].map(
    (name) => new RegExp(`:\\d+: ${name}\\.weight is worked out of other parameters`),
  ),
};
/** What tracing cannot follow; PyTorch's own export can, where there is one. */
const exported: Readonly<Record<string, RegExp>> = {
  user_Strict: /users_modules\.py:\d+: Strict cannot be traced: a tensor is wanted/,
  user_Custom: /users_modules\.py:\d+: Custom cannot be traced/,
};
const models = [...users, ...(thoroughness > 0 ? [...few, ...more, ...others] : few), ...random];
/** Tracing computes every shape by running: the short form takes what runs at once. */
const small = new Set(['mobilenet_v1_025', 'ds_cnn', 'resnet20_cifar']);
const networks = zoo.filter(({ id }) => thoroughness > 0 || small.has(id));

const nameOf = (id: string): string => `zoo_${id.replace(/\W/g, '_')}`;

function codeOf(design: Design) {
  const module = exportPyTorch(design);
  if (!module.ok) throw new Error(module.problems[0]!.message);
  return module.value;
}

describe.skipIf(python === undefined)('a module that became a design and code again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-round-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...args: readonly string[]) =>
    execFileSync(python!, [script, args[0]!, 'assets/python', folder, ...args.slice(1)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const designIn = (file: string): Design => {
    const design = readSpec(readFileSync(join(folder, file), 'utf8'));
    if (!design.ok) throw new Error(design.problems[0]!.message);
    return design.value;
  };

  it('has the keys, parameters and outputs that it had; and that code becomes the same text again', () => {
    run('trace', ...models, ...Object.keys(toldOf), ...Object.keys(exported));
    const traced = JSON.parse(readFileSync(join(folder, 'traced.json'), 'utf8')) as Record<string, string[]>;
    for (const name of users) expect(traced[name], name).toEqual([]);
    for (const [name, lines] of Object.entries(toldOf))
      expect(traced[name], name).toEqual(lines.map((line) => expect.stringMatching(line)));
    const taken = Object.keys(exported).filter((name) => traced[name]!.length === 0);
    for (const [name, line] of Object.entries(exported))
      if (!taken.includes(name)) expect(traced[name]).toEqual([expect.stringMatching(line)]);
    const cases = [
      ...[...models, ...taken].map((name) => ({
        name,
        design: designIn(`${name}.netwright.json`),
        compared: true,
      })),
      ...networks.map(({ id, build }) => ({ name: nameOf(id), design: build(), compared: false })),
    ];
    const codes = cases.map(({ name, design, compared }) => {
      const { code, className } = codeOf(design);
      writeFileSync(join(folder, `${name}.py`), code);
      return { name, code, className, compared };
    });
    writeFileSync(
      join(folder, 'cases.json'),
      JSON.stringify(codes.map(({ name, className, compared }) => [name, className, compared])),
    );
    const files = Object.fromEntries(codes.map(({ name, code }) => [name, code]));
    for (const [name, texts] of Object.entries(saidBy))
      for (const text of texts) expect(files[name], name).toContain(text);
    // Black takes longer than all else with so many: it looks at a share of them, and at all for who is thorough.
    if (hasBlack) expect(changedByBlack(Object.fromEntries(byTurns(Object.entries(files), 0)))).toEqual([]);
    if (hasRuff) expect(changedByRuff(files)).toEqual([]);
    run('compare');
    const told: unknown = JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8'));
    expect(told).toEqual(Object.fromEntries([...models, ...taken].map((name) => [name, null])));
    const changed = codes.flatMap(({ name, code }) => {
      expect(existsSync(join(folder, `${name}.again.json`)), name).toBe(true);
      const again = codeOf(designIn(`${name}.again.json`)).code.split('\n');
      const at = code.split('\n').findIndex((line, i) => line !== again[i]);
      return at < 0 && again.length === code.split('\n').length
        ? []
        : [{ name, was: code.split('\n')[at], is: again[at] }];
    });
    expect(changed).toEqual([]);
  }, 900_000);
});
