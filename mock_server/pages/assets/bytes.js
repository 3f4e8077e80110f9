// A request's bytes, as text that can be read beside their values.

const PER_LINE = { wide: 16, narrow: 8 };

/** The bytes of an exchange's body, as far as the journal keeps them. */
export function bytesOf(exchange) {
  if (exchange.rawBody) return Uint8Array.from(atob(exchange.rawBody), (one) => one.charCodeAt(0));
  return new TextEncoder().encode(exchange.body ?? "");
}

/** Lines of offset, values and characters; half as long on a narrow screen. */
export function dump(bytes) {
  const length = matchMedia("(max-width: 46rem)").matches ? PER_LINE.narrow : PER_LINE.wide;
  const lines = [];
  for (let at = 0; at < bytes.length; at += length) {
    const part = [...bytes.slice(at, at + length)];
    const values = part.map((one) => one.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((one) => (one > 31 && one < 127 ? String.fromCharCode(one) : "·")).join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${values.padEnd(3 * length - 1)}  ${text}`);
  }
  return lines.join("\n");
}
