import { Inject, Injectable } from '@nestjs/common';
import { existsSync, type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import { type DeviceInfo, listDevices } from './device-list.js';

/** How long after a sign the devices are looked at: what udev does with a new one comes in several steps. */
const SETTLE_MS = 100;
/** The net, for what gives no sign: systems without udev, and paths outside of /dev. */
export const LOOK_MS = 5000;

/** Where the devices of this machine are learned from; tests put another in its place. */
export interface DeviceSource {
  list(): Promise<DeviceInfo[]>;
  /** Folders in which something changes when a device comes or goes; one that is absent may come later. */
  readonly folders: readonly string[];
}

export const DEVICE_SOURCE = Symbol('DEVICE_SOURCE');

/**
 * udev keeps a link to every character device in /dev/char. In /dev itself every byte that any program writes to a device
 * is a sign too, so it is watched only where there is no udev; there new nodes are what counts.
 */
export const deviceSource: DeviceSource = {
  list: () => listDevices(),
  folders: [existsSync('/dev/char') ? '/dev/char' : '/dev', '/dev/serial/by-id', '/dev/serial/by-path'],
};

/** Notices serial devices that come and go, for as long as somebody wants to know. */
@Injectable()
export class DeviceWatch {
  readonly #followers = new Set<() => void>();
  readonly #watchers = new Map<string, FSWatcher>();
  #listing: Promise<DeviceInfo[]> | undefined;
  #soon: NodeJS.Timeout | undefined;
  #net: NodeJS.Timeout | undefined;

  constructor(@Inject(DEVICE_SOURCE) private readonly source: DeviceSource) {}

  /** Calls `look` when devices may have come or gone, and every 5 s; the function that it returns ends that. */
  follow(look: () => void): () => void {
    this.#followers.add(look);
    if (this.#followers.size === 1) {
      this.#watchFolders();
      this.#net = setInterval(() => this.#look(), LOOK_MS);
    }
    return () => {
      if (this.#followers.delete(look) && this.#followers.size === 0) this.#stop();
    };
  }

  /** Something has happened that a device may be the cause of. */
  soon(): void {
    if (this.#followers.size > 0) this.#soon ??= setTimeout(() => this.#look(), SETTLE_MS);
  }

  /** The serial devices that are there; who asks while they are listed shares the answer. */
  list(): Promise<DeviceInfo[]> {
    return (this.#listing ??= this.source.list().finally(() => (this.#listing = undefined)));
  }

  /** As `list`, and none that began before: what was plugged in a moment ago is in it. */
  async listAnew(): Promise<DeviceInfo[]> {
    await this.#listing?.catch(() => {});
    return this.list();
  }

  #look(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#watchFolders();
    for (const look of this.#followers) look();
  }

  #watchFolders(): void {
    for (const folder of this.source.folders) if (!this.#watchers.has(folder)) this.#watchFolder(folder);
  }

  #watchFolder(folder: string): void {
    const ended = () => {
      this.#watchers.get(folder)?.close();
      this.#watchers.delete(folder);
    };
    try {
      const watcher = watch(folder, { persistent: false }, (what, name) => {
        if (what !== 'rename') return;
        // udev removes the folder with the last link in it; another one of that name is another folder.
        if (name === basename(folder)) ended();
        this.soon();
      });
      this.#watchers.set(folder, watcher.on('error', ended));
    } catch {
      // Not there, or the system has no watches left: the net still holds.
    }
  }

  #stop(): void {
    clearTimeout(this.#soon);
    clearInterval(this.#net);
    this.#soon = undefined;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}
