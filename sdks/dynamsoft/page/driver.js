// The driver of the vendor's JavaScript edition, as a page: it calls the documented
// functions of the package and tells what they answer, in the SDK's words. The package is
// served at /sdk/, and its version stands in the page's query.

const NAME = 'dynamsoft-javascript-barcode';
const query = new URLSearchParams(location.search);
const version = query.get('version');
// No result ever counts, so what there is to be seen does not matter.
const SIDE = 64;

let reader = null;

// The SDK rejects with plain errors whose code, if they have one, has changed its name.
function told(error) {
  const code = Number.isInteger(error?.code) ? error.code : error?.errorCode;
  return { code: Number.isInteger(code) ? code : -1, message: String(error?.message ?? error) };
}

async function errorOf(action) {
  try {
    await action();
    return null;
  } catch (error) {
    return told(error);
  }
}

const methods = {
  describe: () => ({
    contract: 1,
    sdk: { name: NAME, version, language: 'javascript' },
    product: 'dbr',
    generation: 'dls',
    clock: 'injected',
    capabilities: ['organization-id', 'session-password', 'standby-server'],
  }),

  async start({ servers, handshakeCode, organizationId, sessionPassword }) {
    const Reader = Dynamsoft.DBR.BarcodeReader;
    const error = await errorOf(async () => {
      Reader.engineResourcePath = new URL('/sdk/', location).href;
      Reader._bNeverShowDialog = true;
      Reader.licenseServer = servers;
      if (handshakeCode !== null) Reader.license = handshakeCode;
      if (organizationId !== null) Reader.organizationID = organizationId;
      if (sessionPassword !== null) Reader.sessionPassword = sessionPassword;
      reader = await Reader.createInstance();
    });
    return { authorized: error === null, error, nextTimer: null };
  },

  async operate() {
    if (reader === null) {
      return { performed: false, error: { code: -1, message: 'not started' }, nextTimer: null };
    }
    const canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
    canvas.getContext('2d').fillRect(0, 0, SIDE, SIDE);
    const error = await errorOf(() => reader.decode(canvas));
    return { performed: error === null, error, nextTimer: null };
  },

  advance: () => ({ nextTimer: null }),
  set_clock: () => ({ nextTimer: null }),

  async stop() {
    const ended = reader;
    reader = null;
    await ended?.destroyContext?.();
    return {};
  },
};

const socket = new WebSocket(query.get('driver'));
socket.addEventListener('message', async ({ data }) => {
  const { id, method, params } = JSON.parse(data);
  const answer = { jsonrpc: '2.0', id };
  if (Object.hasOwn(methods, method)) answer.result = await methods[method](params);
  else answer.error = { code: -32601, message: 'method not found' };
  socket.send(JSON.stringify(answer));
});
