import { describe, expect, it } from 'vitest';
import { growthOf } from '../../renderer/features/growth/growth.ts';
import { addNode, moveNodes, newNode, setParams } from '../../shared/graph/edits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { startApp } from './open-app.ts';

function open(name: string) {
  const opened = startApp();
  opened.app.getState().open(zooEntry(name)!.build());
  const { app } = opened;
  const { edit, undo, redo } = app.getState();
  return { app, edit, undo, redo, told: () => growthOf(app).getState().growth };
}

describe('a change that multiplies a total', () => {
  it('is told with the totals before and after, as published and measured', () => {
    const { edit, told } = open('resnet50');
    edit('Stride', setParams(['layer3.0'], { stride: [1, 1] }));
    const growth = told();
    expect(growth).toMatchObject({ label: 'Stride', quantity: 'macs' });
    // torchvision's ResNet-50 has 4.089 G multiply-adds.
    expect(growth!.before / 1e9).toBeCloseTo(4.089, 3);
    expect(growth!.after / 1e9).toBeCloseTo(10.6, 1);
    expect(growth!.design.nodes['layer3.0']!.params.stride).toEqual([2, 2]);
  });

  it('is held against what the gesture found, however many edits it has', () => {
    const { edit, told } = open('resnet18');
    const channels = (value: number): void =>
      edit('Channels', setParams(['layer4.1'], { channels: value }), 'channels');
    channels(700);
    const before = told();
    channels(512);
    expect(told()).toBeUndefined();
    expect(before?.design).toBeUndefined();
  });

  it('is not told of building, moving, undoing or small changes', () => {
    const { edit, undo, redo, told } = open('resnet50');
    edit('Move', moveNodes({ 'layer3.0': { x: 1, y: 1 } }));
    expect(told()).toBeUndefined();
    edit('Stride', setParams(['layer3.0'], { stride: [1, 1] }));
    expect(told()).toBeDefined();
    undo();
    expect(told()).toBeUndefined();
    redo();
    expect(told()).toBeUndefined();
    edit('Add', addNode('extra', newNode('relu')));
    expect(told()).toBeUndefined();
  });

  it('is told again, smaller, as long as the gesture goes on', () => {
    const { app, edit, told } = open('lenet');
    const first = app.getState().whole.analysis.totals;
    const id = Object.keys(app.getState().shown.nodes).find((each) => each.startsWith('conv'))!;
    for (const value of [64, 128, 256]) edit('Channels', setParams([id], { channels: value }), 'channels');
    expect(told()?.before).toBe(
      { macs: first.macs, params: first.params, memory: first.peakBytes }[told()!.quantity],
    );
    app.getState().endGesture();
    edit('Channels', setParams([id], { channels: 260 }), 'channels');
    expect(told()).toBeUndefined();
  });
});
