/** Two IndexedDB tables: recent file handles and the like by key, and lines of journals by journal and number. */
const DATABASE = 'netwright';
const KEYS = 'host';
const LINES = 'journals';
const VERSION = 2;

let opened: Promise<IDBDatabase> | undefined;

function openDatabase(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      const { result } = request;
      for (const name of [KEYS, LINES])
        if (!result.objectStoreNames.contains(name)) result.createObjectStore(name);
    };
    request.onsuccess = () => {
      const { result } = request;
      // A later program wants to change the tables, or the browser let go of them: the next call opens them again.
      result.onversionchange = () => {
        result.close();
        opened = undefined;
      };
      result.onclose = () => {
        opened = undefined;
      };
      resolve(result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('Another tab holds the storage.'));
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

/** Settles once it is on the disk, not merely with the system: what is kept is kept for when that ends, too. */
async function run<T>(
  table: string,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase();
  return new Promise<T>((resolve, reject) => {
    const transaction = database.transaction(table, mode, { durability: 'strict' });
    const request = act(transaction.objectStore(table));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error ?? request.error);
    transaction.onabort = () => reject(transaction.error ?? request.error);
    if (mode === 'readwrite') transaction.commit?.();
  });
}

export const readKey = <T>(key: string): Promise<T | undefined> =>
  run(KEYS, 'readonly', (store) => store.get(key));
export const writeKey = (key: string, value: unknown): Promise<IDBValidKey> =>
  run(KEYS, 'readwrite', (store) => store.put(value, key));
export const deleteKey = (key: string): Promise<undefined> =>
  run(KEYS, 'readwrite', (store) => store.delete(key));

/** The keys that begin so. */
export const keysFrom = async (start: string): Promise<readonly string[]> =>
  (await run(KEYS, 'readonly', (store) => store.getAllKeys(IDBKeyRange.bound(start, `${start}\uffff`)))).map(
    String,
  );

const linesOf = (journal: string): IDBKeyRange => IDBKeyRange.bound([journal, 0], [journal, Infinity]);

/** Replaces all lines of a journal by one. */
export const putWhole = (journal: string, entry: unknown): Promise<IDBValidKey> =>
  run(LINES, 'readwrite', (store) => {
    store.delete(linesOf(journal));
    return store.put(entry, [journal, 0]);
  });
export const putLine = (journal: string, number: number, entry: unknown): Promise<IDBValidKey> =>
  run(LINES, 'readwrite', (store) => store.put(entry, [journal, number]));
export const readLines = (journal: string): Promise<unknown[]> =>
  run(LINES, 'readonly', (store) => store.getAll(linesOf(journal)));
export const dropLines = (journal: string): Promise<undefined> =>
  run(LINES, 'readwrite', (store) => store.delete(linesOf(journal)));
export const allLineKeys = (): Promise<IDBValidKey[]> =>
  run(LINES, 'readonly', (store) => store.getAllKeys());
