'use strict';

/** The time zone of this process, as a user sets it for the device. */
class TimeZone {
  #first = process.env.TZ;

  /** Uses a zone of the IANA database from now on; `null`: the one of the beginning. */
  set(name) {
    const zone = name ?? this.#first;
    if (zone === process.env.TZ) return;
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
}

module.exports = { TimeZone };
