// The clock of a page or worker, in place of the browser's own, before any script of it runs.
//
// Time stands still until it is moved. `next` is when the next timer is due, `fire` moves
// there. `busy` counts what is under way besides requests: databases, cryptography, bodies.
(begin) => {
  'use strict';
  const real = {
    Date: globalThis.Date,
    setTimeout: globalThis.setTimeout.bind(globalThis),
  };
  const timers = new Map();
  let now = begin;
  let last = 0;
  let busy = 0;

  function add(callback, delay, args, every) {
    const span = Math.max(Number(delay) || 0, every ? 1 : 0);
    last += 1;
    const id = last;
    timers.set(id, { id, due: now + span, callback, args, every: every ? span : null });
    // What is due at once needs no time to pass, and nobody to ask for it.
    if (span === 0) real.setTimeout(() => fire(id), 0);
    return id;
  }

  function fire(id) {
    const timer = timers.get(id);
    if (timer === undefined) return;
    if (timer.every === null) timers.delete(id);
    else timer.due = now + timer.every;
    if (typeof timer.callback === 'function') timer.callback.apply(globalThis, timer.args);
    else globalThis.eval(String(timer.callback));
  }

  function nextTimer() {
    let found = null;
    for (const timer of timers.values()) {
      if (found === null || timer.due < found.due) found = timer;
    }
    return found;
  }

  function forget(id) {
    timers.delete(Number(id));
  }

  globalThis.setTimeout = (callback, delay, ...args) => add(callback, delay, args, false);
  globalThis.setInterval = (callback, delay, ...args) => add(callback, delay, args, true);
  globalThis.clearTimeout = forget;
  globalThis.clearInterval = forget;

  globalThis.Date = class Date extends real.Date {
    constructor(...args) {
      if (args.length === 0) super(now);
      else super(...args);
    }

    static now() {
      return now;
    }
  };
  if (globalThis.performance) globalThis.performance.now = () => now - begin;

  function track(promise) {
    busy += 1;
    const done = () => {
      busy -= 1;
    };
    promise.then(done, done);
    return promise;
  }

  function trackMethods(prototype, names) {
    for (const name of names) {
      const inner = prototype?.[name];
      if (typeof inner !== 'function') continue;
      prototype[name] = function tracked(...args) {
        const result = inner.apply(this, args);
        return result instanceof Promise ? track(result) : result;
      };
    }
  }

  function trackEvents(prototype, name, ends) {
    const inner = prototype?.[name];
    if (typeof inner !== 'function') return;
    prototype[name] = function tracked(...args) {
      const result = inner.apply(this, args);
      track(new Promise((resolve) => {
        for (const end of ends) result.addEventListener(end, resolve, { once: true });
      }));
      return result;
    };
  }

  trackMethods(globalThis.SubtleCrypto?.prototype, [
    'decrypt', 'deriveBits', 'deriveKey', 'digest', 'encrypt', 'exportKey', 'generateKey',
    'importKey', 'sign', 'verify',
  ]);
  trackMethods(globalThis.Response?.prototype, ['arrayBuffer', 'blob', 'json', 'text']);
  trackEvents(globalThis.IDBFactory?.prototype, 'open', ['success', 'error']);
  trackEvents(globalThis.IDBDatabase?.prototype, 'transaction', ['complete', 'abort', 'error']);

  Object.defineProperty(globalThis, '__dlscheck', {
    value: {
      // Tells of the timers and of what is under way, a turn of the event loop later.
      state: () => new Promise((resolve) => {
        real.setTimeout(() => resolve({ busy, due: nextTimer()?.due ?? null }), 0);
      }),
      // Moves to `to`; timers fire on the way, each at its own time.
      fire: (to) => {
        for (let timer = nextTimer(); timer && timer.due <= to; timer = nextTimer()) {
          now = Math.max(now, timer.due);
          fire(timer.id);
        }
        now = Math.max(now, to);
      },
      // Sets what the clock shows; timers are due after as much time as before.
      set: (to) => {
        for (const timer of timers.values()) timer.due += to - now;
        now = to;
      },
    },
  });
}
