import type { say as analysisAnalyze } from './analysis/analyze.ts';
import type { say as analysisBlockProblems } from './analysis/block-problems.ts';
import type { say as analysisFlatten } from './analysis/flatten.ts';
import type { say as analysisNodeFacts } from './analysis/node-facts.ts';
import type { say as analysisRoom } from './analysis/room.ts';
import type { say as analysisTwins } from './analysis/twins.ts';
import type { KeysOf, Texts } from './base/messages.ts';
import type { say as baseProblem } from './base/problem.ts';
import type { say as exerciseRead } from './exercise/read.ts';
import type { say as formatsCheckpointsMatch } from './formats/checkpoints/match.ts';
import type { say as formatsCheckpointsRead } from './formats/checkpoints/read.ts';
import type { say as formatsClassNames } from './formats/class-names.ts';
import type { say as formatsCodeWrite } from './formats/code/write.ts';
import type { say as formatsConfigLayers } from './formats/config/layers.ts';
import type { say as formatsConfigRead } from './formats/config/read.ts';
import type { say as formatsExportsRender } from './formats/exports/render.ts';
import type { say as formatsForeign } from './formats/foreign.ts';
import type { say as formatsKerasFilesBuilder } from './formats/keras-files/builder.ts';
import type { say as formatsKerasFilesConfig } from './formats/keras-files/config.ts';
import type { say as formatsKerasFilesOpen } from './formats/keras-files/open.ts';
import type { say as formatsMeasurementsRead } from './formats/measurements/read.ts';
import type { say as formatsOnnxBuilder } from './formats/onnx/builder.ts';
import type { say as formatsOnnxDecode } from './formats/onnx/decode.ts';
import type { say as formatsOnnxExport } from './formats/onnx/export.ts';
import type { say as formatsOnnxImport } from './formats/onnx/import.ts';
import type { say as formatsOnnxInline } from './formats/onnx/inline.ts';
import type { say as formatsOnnxNodeView } from './formats/onnx/node-view.ts';
import type { say as formatsOnnxOperatorsAttention } from './formats/onnx/operators/attention.ts';
import type { say as formatsOnnxOperatorsCast } from './formats/onnx/operators/cast.ts';
import type { say as formatsOnnxOperatorsCausalConv } from './formats/onnx/operators/causal-conv.ts';
import type { say as formatsOnnxOperatorsDense } from './formats/onnx/operators/dense.ts';
import type { say as formatsOnnxOperatorsEinsum } from './formats/onnx/operators/einsum.ts';
import type { say as formatsOnnxOperatorsElementwise } from './formats/onnx/operators/elementwise.ts';
import type { say as formatsOnnxOperatorsExperimental } from './formats/onnx/operators/experimental.ts';
import type { say as formatsOnnxOperatorsFold } from './formats/onnx/operators/fold.ts';
import type { say as formatsOnnxOperatorsMicrosoft } from './formats/onnx/operators/microsoft.ts';
import type { say as formatsOnnxOperatorsNormalise } from './formats/onnx/operators/normalise.ts';
import type { say as formatsOnnxOperatorsPositions } from './formats/onnx/operators/positions.ts';
import type { say as formatsOnnxOperatorsQuantised } from './formats/onnx/operators/quantised.ts';
import type { say as formatsOnnxOperatorsResize } from './formats/onnx/operators/resize.ts';
import type { say as formatsOnnxOperatorsRotary } from './formats/onnx/operators/rotary.ts';
import type { say as formatsOnnxOperatorsShapes } from './formats/onnx/operators/shapes.ts';
import type { say as formatsOnnxOperatorsSignals } from './formats/onnx/operators/signals.ts';
import type { say as formatsOnnxOperatorsWindows } from './formats/onnx/operators/windows.ts';
import type { say as formatsOnnxProtobuf } from './formats/onnx/protobuf.ts';
import type { say as formatsOnnxSamples } from './formats/onnx/samples.ts';
import type { say as formatsOnnxTensorData } from './formats/onnx/tensor-data.ts';
import type { say as formatsPicturesPng } from './formats/pictures/png.ts';
import type { say as formatsSpecJsonSource } from './formats/spec/json-source.ts';
import type { say as formatsSpecQuantity } from './formats/spec/quantity.ts';
import type { say as formatsSpecRead } from './formats/spec/read.ts';
import type { say as formatsSpecReadBlocks } from './formats/spec/read-blocks.ts';
import type { say as formatsSpecReadCanvas } from './formats/spec/read-canvas.ts';
import type { say as formatsSpecReadLayout } from './formats/spec/read-layout.ts';
import type { say as formatsSpecReadNodes } from './formats/spec/read-nodes.ts';
import type { say as formatsSpecReadNumbers } from './formats/spec/read-numbers.ts';
import type { say as formatsSpecReadOwnRules } from './formats/spec/read-own-rules.ts';
import type { say as formatsSpecReadRun } from './formats/spec/read-run.ts';
import type { say as formatsSpecReadSettings } from './formats/spec/read-settings.ts';
import type { say as formatsSpecReadValues } from './formats/spec/read-values.ts';
import type { say as formatsSpecReadWires } from './formats/spec/read-wires.ts';
import type { say as formatsSpecReading } from './formats/spec/reading.ts';
import type { say as formatsTorchscriptBuilder } from './formats/torchscript/builder.ts';
import type { say as formatsTorchscriptOpen } from './formats/torchscript/open.ts';
import type { say as formatsTorchscriptOperators } from './formats/torchscript/operators.ts';
import type { say as formatsTorchscriptParse } from './formats/torchscript/parse.ts';
import type { say as formatsTorchscriptRun } from './formats/torchscript/run.ts';
import type { say as formatsWeightsArchive } from './formats/weights/archive.ts';
import type { say as formatsWeightsFile } from './formats/weights/file.ts';
import type { say as formatsWeightsHdf5 } from './formats/weights/hdf5.ts';
import type { say as formatsWeightsKerasArchive } from './formats/weights/keras-archive.ts';
import type { say as formatsWeightsNpy } from './formats/weights/npy.ts';
import type { say as formatsWeightsNpz } from './formats/weights/npz.ts';
import type { say as formatsWeightsPickle } from './formats/weights/pickle.ts';
import type { say as formatsWeightsSafetensors } from './formats/weights/safetensors.ts';
import type { say as formatsWeightsTorch } from './formats/weights/torch.ts';
import type { say as formatsWeightsTorchNames } from './formats/weights/torch-names.ts';
import type { say as formatsWeightsTorchTensors } from './formats/weights/torch-tensors.ts';
import type { say as graphDefinitions } from './graph/definitions.ts';
import type { say as graphGroupBoundary } from './graph/group-boundary.ts';
import type { say as graphInside } from './graph/inside.ts';
import type { say as graphTopology } from './graph/topology.ts';
import type { say as layersArg } from './layers/arg.ts';
import type { say as layersAttention } from './layers/attention.ts';
import type { say as layersChannelShuffle } from './layers/channel-shuffle.ts';
import type { say as layersCol2im } from './layers/col2im.ts';
import type { say as layersConcat } from './layers/concat.ts';
import type { say as layersConstant } from './layers/constant.ts';
import type { say as layersDeformConv2d } from './layers/deform-conv2d.ts';
import type { say as layersDepthToSpace } from './layers/depth-to-space.ts';
import type { say as layersDeterminant } from './layers/determinant.ts';
import type { say as layersElementwise } from './layers/elementwise.ts';
import type { say as layersEnlarge } from './layers/enlarge.ts';
import type { say as layersExpand } from './layers/expand.ts';
import type { say as layersExpect } from './layers/expect.ts';
import type { say as layersEyeLike } from './layers/eye-like.ts';
import type { say as layersGather } from './layers/gather.ts';
import type { say as layersGatherElements } from './layers/gather-elements.ts';
import type { say as layersGatherNd } from './layers/gather-nd.ts';
import type { say as layersGlobalPool } from './layers/global-pool.ts';
import type { say as layersGridSample } from './layers/grid-sample.ts';
import type { say as layersGroupNorm } from './layers/group-norm.ts';
import type { say as layersIntGrid } from './layers/int-grid.ts';
import type { say as layersLine } from './layers/line.ts';
import type { say as layersLinear } from './layers/linear.ts';
import type { say as layersMatmul } from './layers/matmul.ts';
import type { say as layersMaxUnpool } from './layers/max-unpool.ts';
import type { say as layersMeanVarianceNorm } from './layers/mean-variance-norm.ts';
import type { say as layersNonMaxSuppression } from './layers/non-max-suppression.ts';
import type { say as layersNonZero } from './layers/non-zero.ts';
import type { say as layersPad } from './layers/pad.ts';
import type { say as layersPool } from './layers/pool.ts';
import type { say as layersPrelu } from './layers/prelu.ts';
import type { say as layersQuantAdd } from './layers/quant-add.ts';
import type { say as layersReduce } from './layers/reduce.ts';
import type { say as layersReshape } from './layers/reshape.ts';
import type { say as layersResize } from './layers/resize.ts';
import type { say as layersReverseSequence } from './layers/reverse-sequence.ts';
import type { say as layersRoiAlign } from './layers/roi-align.ts';
import type { say as layersScatterElements } from './layers/scatter-elements.ts';
import type { say as layersScatterNd } from './layers/scatter-nd.ts';
import type { say as layersSelect } from './layers/select.ts';
import type { say as layersSlice } from './layers/slice.ts';
import type { say as layersSpaceToDepth } from './layers/space-to-depth.ts';
import type { say as layersSplit } from './layers/split.ts';
import type { say as layersSqueeze } from './layers/squeeze.ts';
import type { say as layersTile } from './layers/tile.ts';
import type { say as layersTopK } from './layers/top-k.ts';
import type { say as layersTranspose } from './layers/transpose.ts';
import type { say as layersTrilu } from './layers/trilu.ts';
import type { say as layersWindow } from './layers/window.ts';
import type { say as lintOwnCheck } from './lint/own/check.ts';
import type { say as lintOwnMessage } from './lint/own/message.ts';
import type { say as lintOwnParse } from './lint/own/parse.ts';
import type { say as lintOwnRule } from './lint/own/rule.ts';
import type { say as lintSettings } from './lint/settings.ts';
import type { say as modelsInferenceSession } from './models/inference-session.ts';
import type { say as modelsOpenModel } from './models/open-model.ts';
import type { say as modelsOpenRows } from './models/open-rows.ts';
import type { say as runtimeChecks } from './runtime/checks.ts';
import type { say as runtimeChoose } from './runtime/choose.ts';
import type { say as runtimeCpuExecutable } from './runtime/cpu/executable.ts';
import type { say as runtimeCpuRunError } from './runtime/cpu/run-error.ts';
import type { say as runtimeCpuStatement } from './runtime/cpu/statement.ts';
import type { say as runtimeMapsCompareBackends } from './runtime/maps/compare-backends.ts';
import type { say as runtimePartsMixed } from './runtime/parts/mixed.ts';
import type { say as runtimePlanLower } from './runtime/plan/lower.ts';
import type { say as runtimePlanPlan } from './runtime/plan/plan.ts';
import type { say as runtimeProtocol } from './runtime/protocol.ts';
import type { say as runtimeRunError } from './runtime/run-error.ts';
import type { say as runtimeSession } from './runtime/session.ts';
import type { say as runtimeWebglCompile } from './runtime/webgl/compile.ts';
import type { say as runtimeWebglExecutable } from './runtime/webgl/executable.ts';
import type { say as runtimeWebglProblems } from './runtime/webgl/problems.ts';
import type { say as runtimeWebglReasons } from './runtime/webgl/reasons.ts';
import type { say as runtimeWebgpuCompile } from './runtime/webgpu/compile.ts';
import type { say as runtimeWebgpuExecutable } from './runtime/webgpu/executable.ts';
import type { say as runtimeWebgpuProblems } from './runtime/webgpu/problems.ts';
import type { say as schemaCodec } from './schema/codec.ts';
import type { say as steerFit } from './steer/fit.ts';
import type { say as steerLawFit } from './steer/law-fit.ts';
import type { say as steerSpace } from './steer/space.ts';
import type { say as steerSweep } from './steer/sweep.ts';

/** Whoever has something to say. A test finds a file that speaks and is not here. */
type Speaker =
  | typeof analysisAnalyze
  | typeof analysisBlockProblems
  | typeof analysisFlatten
  | typeof analysisNodeFacts
  | typeof analysisRoom
  | typeof analysisTwins
  | typeof baseProblem
  | typeof exerciseRead
  | typeof formatsCheckpointsMatch
  | typeof formatsCheckpointsRead
  | typeof formatsClassNames
  | typeof formatsCodeWrite
  | typeof formatsConfigLayers
  | typeof formatsConfigRead
  | typeof formatsExportsRender
  | typeof formatsMeasurementsRead
  | typeof formatsOnnxBuilder
  | typeof formatsOnnxDecode
  | typeof formatsOnnxExport
  | typeof formatsOnnxImport
  | typeof formatsOnnxInline
  | typeof formatsOnnxNodeView
  | typeof formatsOnnxOperatorsAttention
  | typeof formatsOnnxOperatorsCast
  | typeof formatsOnnxOperatorsCausalConv
  | typeof formatsOnnxOperatorsDense
  | typeof formatsOnnxOperatorsEinsum
  | typeof formatsOnnxOperatorsElementwise
  | typeof formatsOnnxOperatorsExperimental
  | typeof formatsOnnxOperatorsFold
  | typeof formatsOnnxOperatorsMicrosoft
  | typeof formatsOnnxOperatorsNormalise
  | typeof formatsOnnxOperatorsPositions
  | typeof formatsOnnxOperatorsQuantised
  | typeof formatsOnnxOperatorsResize
  | typeof formatsOnnxOperatorsRotary
  | typeof formatsOnnxOperatorsShapes
  | typeof formatsOnnxOperatorsSignals
  | typeof formatsOnnxOperatorsWindows
  | typeof formatsOnnxProtobuf
  | typeof formatsOnnxSamples
  | typeof formatsOnnxTensorData
  | typeof formatsPicturesPng
  | typeof formatsSpecJsonSource
  | typeof formatsSpecReadBlocks
  | typeof formatsSpecReadCanvas
  | typeof formatsSpecReadNodes
  | typeof formatsSpecReadNumbers
  | typeof formatsSpecReadOwnRules
  | typeof formatsSpecReadRun
  | typeof formatsSpecReadLayout
  | typeof formatsSpecReadSettings
  | typeof formatsSpecQuantity
  | typeof formatsSpecReadValues
  | typeof formatsSpecReadWires
  | typeof formatsSpecRead
  | typeof formatsSpecReading
  | typeof formatsWeightsArchive
  | typeof formatsWeightsFile
  | typeof formatsWeightsHdf5
  | typeof formatsWeightsNpy
  | typeof formatsForeign
  | typeof formatsKerasFilesBuilder
  | typeof formatsKerasFilesConfig
  | typeof formatsKerasFilesOpen
  | typeof formatsWeightsKerasArchive
  | typeof formatsTorchscriptBuilder
  | typeof formatsTorchscriptOpen
  | typeof formatsTorchscriptOperators
  | typeof formatsTorchscriptParse
  | typeof formatsTorchscriptRun
  | typeof formatsWeightsNpz
  | typeof formatsWeightsPickle
  | typeof formatsWeightsSafetensors
  | typeof formatsWeightsTorchNames
  | typeof formatsWeightsTorchTensors
  | typeof formatsWeightsTorch
  | typeof graphDefinitions
  | typeof graphGroupBoundary
  | typeof graphInside
  | typeof graphTopology
  | typeof layersArg
  | typeof layersAttention
  | typeof layersCol2im
  | typeof layersChannelShuffle
  | typeof layersConcat
  | typeof layersConstant
  | typeof layersDeformConv2d
  | typeof layersDeterminant
  | typeof layersDepthToSpace
  | typeof layersElementwise
  | typeof layersEnlarge
  | typeof layersExpand
  | typeof layersExpect
  | typeof layersEyeLike
  | typeof layersGatherElements
  | typeof layersGatherNd
  | typeof layersGather
  | typeof layersGlobalPool
  | typeof layersGridSample
  | typeof layersGroupNorm
  | typeof layersIntGrid
  | typeof layersLine
  | typeof layersLinear
  | typeof layersMatmul
  | typeof layersMeanVarianceNorm
  | typeof layersPad
  | typeof layersPool
  | typeof layersPrelu
  | typeof layersQuantAdd
  | typeof layersReduce
  | typeof layersReshape
  | typeof layersResize
  | typeof layersScatterElements
  | typeof layersScatterNd
  | typeof layersSelect
  | typeof layersSlice
  | typeof layersSpaceToDepth
  | typeof layersSplit
  | typeof layersSqueeze
  | typeof layersTile
  | typeof layersMaxUnpool
  | typeof layersNonMaxSuppression
  | typeof layersNonZero
  | typeof layersReverseSequence
  | typeof layersRoiAlign
  | typeof layersTopK
  | typeof layersTranspose
  | typeof layersTrilu
  | typeof layersWindow
  | typeof lintOwnCheck
  | typeof lintOwnMessage
  | typeof lintOwnParse
  | typeof lintOwnRule
  | typeof lintSettings
  | typeof modelsInferenceSession
  | typeof modelsOpenModel
  | typeof modelsOpenRows
  | typeof runtimeChecks
  | typeof runtimeChoose
  | typeof runtimePartsMixed
  | typeof runtimeWebglReasons
  | typeof runtimeCpuExecutable
  | typeof runtimeCpuRunError
  | typeof runtimeCpuStatement
  | typeof runtimeMapsCompareBackends
  | typeof runtimePlanLower
  | typeof runtimePlanPlan
  | typeof runtimeProtocol
  | typeof runtimeRunError
  | typeof runtimeSession
  | typeof runtimeWebglCompile
  | typeof runtimeWebglExecutable
  | typeof runtimeWebglProblems
  | typeof runtimeWebgpuCompile
  | typeof runtimeWebgpuExecutable
  | typeof runtimeWebgpuProblems
  | typeof schemaCodec
  | typeof steerFit
  | typeof steerLawFit
  | typeof steerSpace
  | typeof steerSweep;

/** What a table of another language has its texts under: every message of the engine. */
export type MessageKey = Speaker extends infer S
  ? S extends { readonly owner: infer O extends string; readonly texts: infer T extends Texts }
    ? KeysOf<T, O>
    : never
  : never;
