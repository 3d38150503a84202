import { expWithin } from './activation';
import { gemm, PIECE } from './gemm';
import {
  A_SCRATCH, A_SCRATCH_STRIDE, M_BLOCK, M_POINTER, S_IN, S_OTHER, S_OUT, T_FACTOR, T_FEATURES, T_HEADS, T_KEYS, T_KEY_HEAD,
  T_KEY_HEADS, T_KEY_STACKS, T_KEY_TOKENS, T_MASKS, T_MASK_COUNT, T_PADDED, T_PER_BLOCK, T_PER_UNIT, T_QUERIES, T_QUERY_HEAD, T_QUERY_STACKS,
  T_QUERY_TOKENS, T_STACK_HEADS, T_RESULT_STACKS, T_RESULT_TOKENS, T_VALUE_BLOCK, T_VALUE_FEATURES, T_VALUE_HEAD, T_VALUE_POINTER,
  T_VALUE_STACKS, T_VALUE_TOKENS,
} from './layout';
import { MR, NB } from './micro';
import { add, firstLanes, float, int, larger, mul, ptr, sub, total } from './vector';

/** Keys as the right operand of a product: [panel][feature][NB keys], zeros behind the last. */
function packKeys(from: usize, tokens: usize, block: usize, keys: i32, padded: i32, features: i32, to: usize): void {
  const panelBytes = <usize>features * (NB * 4);
  const zero = f32x4.splat(0);
  for (let key = 0; key < padded; key++) {
    let into = to + <usize>(key / NB) * panelBytes + <usize>(key % NB) * 4;
    let at: usize = key < keys ? from + load<u32>(tokens + <usize>key * 4) : 0;
    for (let feature = 0; feature < features; feature += 8, at += block, into += 8 * NB * 4) {
      const x = key < keys ? v128.load(at) : zero, y = key < keys ? v128.load(at, 16) : zero;
      v128.store32_lane(into, x, 0);
      v128.store32_lane(into + NB * 4, x, 1);
      v128.store32_lane(into + NB * 8, x, 2);
      v128.store32_lane(into + NB * 12, x, 3);
      v128.store32_lane(into + NB * 16, y, 0);
      v128.store32_lane(into + NB * 20, y, 1);
      v128.store32_lane(into + NB * 24, y, 2);
      v128.store32_lane(into + NB * 28, y, 3);
    }
  }
}

/** Values likewise: [panel][key][NB features], zeros behind the last key and the last feature. */
function packValues(from: usize, tokens: usize, block: usize, keys: i32, padded: i32, features: i32, to: usize): void {
  const zero = f32x4.splat(0);
  for (let first = 0; first < features; first += NB) {
    for (let key = 0; key < padded; key++) {
      for (let feature = first; feature < first + NB; feature += 8, to += 32) {
        if (key < keys && feature < features) {
          const at = from + load<u32>(tokens + <usize>key * 4) + <usize>(feature >> 3) * block;
          v128.store(to, v128.load(at));
          v128.store(to, v128.load(at, 16), 16);
        } else {
          v128.store(to, zero);
          v128.store(to, zero, 16);
        }
      }
    }
  }
}

/** Queries times the factor of the scores: [block of features][query][8]. */
function packQueries(from: usize, tokens: usize, block: usize, count: i32, features: i32, factor: v128, to: usize): void {
  for (let feature = 0; feature < features; feature += 8, from += block) {
    for (let i = 0; i < count; i++, to += 32) {
      const at = from + load<u32>(tokens + <usize>i * 4);
      v128.store(to, mul(v128.load(at), factor));
      v128.store(to, mul(v128.load(at, 16), factor), 16);
    }
  }
}

/** Adds a mask to the scores of so many queries. scores: [block of keys][query][8]; the mask likewise, of all queries. */
function addMask(scores: usize, count: i32, keys: i32, mask: usize, block: usize): void {
  const apart = <usize>count << 5;
  for (let key = 0; key < keys; key += 8, scores += apart, mask += block) {
    for (let at: usize = 0; at < apart; at += 32) {
      v128.store(scores + at, add(v128.load(scores + at), v128.load(mask + at)));
      v128.store(scores + at, add(v128.load(scores + at, 16), v128.load(mask + at, 16)), 16);
    }
  }
}

/**
 * Scores to what softmax would divide: e^(x − max), 0 behind the last key. scores: [block of keys][query][8]; sums: what it
 * would divide by, of each query.
 */
function weigh(scores: usize, count: i32, keys: i32, padded: i32, sums: usize): void {
  const apart = <usize>count << 5, whole = keys >> 3, lanes = keys & 7;
  const low = firstLanes(lanes), high = firstLanes(lanes - 4), least = f32x4.splat(-Infinity), zero = f32x4.splat(0);
  for (let i = 0; i < count; i++, scores += 32, sums += 4) {
    let a = least, b = least, at = scores;
    for (let block = 0; block < whole; block++, at += apart) {
      a = larger(a, v128.load(at));
      b = larger(b, v128.load(at, 16));
    }
    if (lanes != 0) {
      a = larger(a, v128.bitselect(v128.load(at), least, low));
      b = larger(b, v128.bitselect(v128.load(at, 16), least, high));
    }
    a = larger(a, b);
    a = larger(a, i32x4.shuffle(a, a, 2, 3, 0, 1));
    const most = larger(a, i32x4.shuffle(a, a, 1, 0, 3, 2));
    let s = zero, t = zero;
    at = scores;
    for (let block = 0; block < whole; block++, at += apart) {
      const x = expWithin(sub(v128.load(at), most)), y = expWithin(sub(v128.load(at, 16), most));
      v128.store(at, x);
      v128.store(at, y, 16);
      s = add(s, x);
      t = add(t, y);
    }
    for (let block = whole; block < padded >> 3; block++, at += apart) {
      const isLast = block == whole;
      const x = isLast ? v128.and(expWithin(sub(v128.load(at), most)), low) : zero;
      const y = isLast ? v128.and(expWithin(sub(v128.load(at, 16), most)), high) : zero;
      v128.store(at, x);
      v128.store(at, y, 16);
      s = add(s, x);
      t = add(t, y);
    }
    store<f32>(sums, f32x4.extract_lane(total(add(s, t)), 0));
  }
}

/** Averages by their sums to their places. from: [block of features][query][8] */
function placeResults(from: usize, sums: usize, count: i32, features: i32, to: usize, tokens: usize, block: usize): void {
  for (let feature = 0; feature < features; feature += 8, to += block) {
    for (let i = 0; i < count; i++, from += 32) {
      const into = to + load<u32>(tokens + <usize>i * 4);
      const by = v128.load32_splat(sums + <usize>i * 4);
      v128.store(into, f32x4.div(v128.load(from), by));
      v128.store(into, f32x4.div(v128.load(from, 16), by), 16);
    }
  }
}

/**
 * Softmax of queries times keys, times values, for each head: a unit is some queries of one head. Scores are made of a block
 * of queries at a time, and never leave the cache.
 */
export function attention(step: usize, unit: i32, thread: i32): void {
  const queries = int(step, T_QUERIES), perUnit = int(step, T_PER_UNIT), perBlock = int(step, T_PER_BLOCK);
  const keys = int(step, T_KEYS), padded = int(step, T_PADDED), heads = int(step, T_HEADS);
  const features = int(step, T_FEATURES), valueFeatures = int(step, T_VALUE_FEATURES);
  const perHead = (queries + perUnit - 1) / perUnit;
  const at = unit / perHead, stack = at / heads, head = at - stack * heads;
  const keyHead = <usize>(head * int(step, T_KEY_HEADS) / heads), place = <usize>stack * 4;
  const panels = (valueFeatures + NB - 1) / NB;
  const packedKeys = ptr(step, A_SCRATCH) + <usize>thread * ptr(step, A_SCRATCH_STRIDE);
  const packedValues = packedKeys + <usize>(padded * features) * 4;
  const packedQueries = packedValues + <usize>(padded * panels * NB) * 4;
  const scores = packedQueries + <usize>(perBlock * features) * 4;
  const results = scores + <usize>(perBlock * padded) * 4;
  const sums = results + <usize>(perBlock * panels * NB) * 4;
  packKeys(
    ptr(step, S_OTHER + M_POINTER) + load<u32>(ptr(step, T_KEY_STACKS) + place) + keyHead * ptr(step, T_KEY_HEAD),
    ptr(step, T_KEY_TOKENS), ptr(step, S_OTHER + M_BLOCK), keys, padded, features, packedKeys,
  );
  packValues(
    ptr(step, T_VALUE_POINTER) + load<u32>(ptr(step, T_VALUE_STACKS) + place) + keyHead * ptr(step, T_VALUE_HEAD),
    ptr(step, T_VALUE_TOKENS), ptr(step, T_VALUE_BLOCK), keys, padded, valueFeatures, packedValues,
  );
  const from = ptr(step, S_IN + M_POINTER) + load<u32>(ptr(step, T_QUERY_STACKS) + place) + <usize>head * ptr(step, T_QUERY_HEAD);
  const outBlock = ptr(step, S_OUT + M_BLOCK);
  const to = ptr(step, S_OUT + M_POINTER) + load<u32>(ptr(step, T_RESULT_STACKS) + place) + <usize>(head * (valueFeatures >> 3)) * outBlock;
  const factor = f32x4.splat(float(step, T_FACTOR)), masks = int(step, T_MASK_COUNT), stacks = int(step, T_STACK_HEADS);
  const first = (unit - at * perHead) * perUnit, end = min(queries, first + perUnit);
  for (let query = first; query < end; query += perBlock) {
    const count = min(perBlock, end - query), line = <usize>count << 5;
    packQueries(from, ptr(step, T_QUERY_TOKENS) + <usize>query * 4, ptr(step, S_IN + M_BLOCK), count, features, factor, packedQueries);
    gemm(packedQueries, packedKeys, scores, count, features >> 3, padded / NB, MR * 32, line, line, PIECE);
    let mask = ptr(step, T_MASKS);
    for (let i = 0; i < masks; i++, mask += 4 + <usize>stacks * 4) {
      const start = <usize>load<u32>(mask + 4 + <usize>at * 4);
      addMask(scores, count, keys, start + (<usize>query << 5), load<u32>(mask));
    }
    weigh(scores, count, keys, padded, sums);
    gemm(scores, packedValues, results, count, padded >> 3, panels, MR * 32, line, line, PIECE);
    placeResults(results, sums, count, valueFeatures, to, ptr(step, T_RESULT_TOKENS) + <usize>query * 4, outBlock);
  }
}
