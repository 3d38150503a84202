import { main } from './main.ts';
import { processTerminal } from './terminal.ts';

await main(process.argv.slice(2), processTerminal());
