/** A small IndexedDB table: recent file handles and the journal live in it. */
const DATABASE = 'netwright';
const STORE = 'host';

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await openDatabase();
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

export const readKey = <T>(key: string): Promise<T | undefined> => run('readonly', (store) => store.get(key));
export const writeKey = (key: string, value: unknown): Promise<IDBValidKey> =>
  run('readwrite', (store) => store.put(value, key));
export const deleteKey = (key: string): Promise<undefined> => run('readwrite', (store) => store.delete(key));
