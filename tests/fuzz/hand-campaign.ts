import { openApp } from '../e2e/app.ts';
import { playByHand } from './hand.ts';

/** Actions between two starts of the browser. */
const SESSION = 600;

/** Plays the built app at random, and tells what went wrong as it goes; how much did. */
export async function handCampaign(first: number, actions: number): Promise<number> {
  let failures = 0;
  for (let done = 0; done < actions; done += SESSION) {
    const app = await openApp({ width: 1280, height: 800, gliding: true });
    try {
      for (const { seed, why, deeds } of await playByHand(
        app,
        first + done,
        Math.min(SESSION, actions - done),
      )) {
        failures++;
        console.error(`Game ${seed} fails: ${why}\n  ${deeds.join(', ')}\n`);
      }
    } finally {
      await app.close();
    }
    console.log(`${Math.min(actions, done + SESSION)} of ${actions} actions, ${failures} failures`);
  }
  return failures;
}
