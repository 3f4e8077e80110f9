// What is kept in the browser: one object in one IndexedDB.

const NAME = 'plain-page';

/** The client UUID, licences, and usage not submitted yet. */
export class Store {
  static async open() {
    const store = new Store();
    store.database = await opened();
    const found = await asked(store.#objects('readonly').get('state'));
    store.state = found ?? { uuid: '', licences: {}, reports: [], last: 0 };
    if (!store.state.uuid) {
      store.state.uuid = crypto.randomUUID();
      await store.save();
    }
    return store;
  }

  /** Puts the state in place of what was there, and waits until it is on disk. */
  save() {
    const objects = this.#objects('readwrite');
    objects.put(structuredClone(this.state), 'state');
    return new Promise((resolve, reject) => {
      objects.transaction.oncomplete = resolve;
      objects.transaction.onerror = () => reject(objects.transaction.error);
    });
  }

  close() {
    this.database.close();
  }

  #objects(mode) {
    return this.database.transaction(NAME, mode, { durability: 'strict' }).objectStore(NAME);
  }
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(NAME);
  return asked(request);
}

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
