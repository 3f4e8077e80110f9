// What the stub keeps from one start to the next: one object, in IndexedDB.

const NAME = 'licence-stub';
const KEY = 'state';

/** Opens the store, and reads what is in it. */
export async function openStore() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(NAME);
  const store = new Store(await answerTo(request));
  await store.read();
  return store;
}

class Store {
  #database;

  constructor(database) {
    this.#database = database;
  }

  async read() {
    const found = await answerTo(this.#objects('readonly').get(KEY));
    this.state = found ?? { uuid: crypto.randomUUID(), licences: {}, reports: [], last: 0 };
  }

  /** Puts the state in place of what was there; resolves when it is on disk. */
  save() {
    const objects = this.#objects('readwrite');
    objects.put(structuredClone(this.state), KEY);
    const { transaction } = objects;
    return new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = () => reject(transaction.error);
    });
  }

  close() {
    this.#database.close();
  }

  #objects(mode) {
    const transaction = this.#database.transaction(NAME, mode, { durability: 'strict' });
    return transaction.objectStore(NAME);
  }
}

function answerTo(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
