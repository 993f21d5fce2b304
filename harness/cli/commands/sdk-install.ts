// SPDX-License-Identifier: BSD-2-Clause
/**
 * The members of `vmm-harness sdk` that change the installed SDKs. The modules that do the work are loaded when needed.
 */
import { HarnessError } from '../../base/error.js';
import { installRoot } from '../../microkit/find.js';
import { SdkStore, type Trust } from '../../microkit/install/store.js';
import { versions } from '../../system/versions.js';
import { text } from '../arguments.js';
import type { Command, Context, OptionSpec } from '../command.js';
import { jsonOption } from '../options.js';

/** Seconds to wait for another process that is changing the installed SDKs. */
const patience = 3600;

const noWait: Readonly<Record<string, OptionSpec>> = {
  'no-wait': { about: 'give up at once when another process is changing the installed SDKs' },
};

export const vouched: Record<Trust, string> = {
  published: 'as published by seL4',
  given: 'as given with --hash',
  unverified: 'nobody vouches for it',
};

function warnOfVariable({ print }: Context): void {
  if (process.env.MICROKIT_SDK) print('but MICROKIT_SDK is set, which takes precedence over the default');
}

const store = () => new SdkStore(installRoot);

/** An installed SDK's name. `microkit-2.0.1`, the form in verdicts, means `2.0.1`. */
function nameOf(word: string | undefined): string {
  const bare = (word ?? '').replace(/^microkit-/, '');
  return store().has(word ?? '') ? (word ?? '') : bare;
}

function change(
  { options }: { options: Readonly<Record<string, string | true>> },
  { progress, signal }: Context,
) {
  return { progress, signal, wait: options['no-wait'] ? 0 : patience };
}

export const install: Command = {
  name: 'sdk install',
  summary: 'download a Microkit SDK (it contains seL4), check it and install it',
  options: {
    url: { value: 'ADDRESS', about: 'download it from this address; VERSION is then the required version' },
    hash: {
      value: 'SRI',
      about: 'the required NAR hash (sha256-...), for an SDK that seL4 does not publish',
    },
    'no-verify': { about: 'do not check the hash' },
    name: { value: 'NAME', about: 'install it under this name; default: its version' },
    replace: { about: 'replace an SDK with the same name' },
    use: { about: 'make it the default even if there is one already' },
    ...noWait,
    ...jsonOption,
  },
  positionals: [
    {
      name: 'VERSION|FILE',
      about: `a published version (${versions.join(', ')}), or the path of a .tar.gz`,
      optional: true,
    },
  ],
  example: `vmm-harness sdk install ${versions.at(-1)}`,
  async run(args, context) {
    const { readRequest } = await import('../../microkit/install/request.js');
    const { installSdk } = await import('../../microkit/install/install.js');
    const { options, positionals } = args;
    const request = readRequest({
      versionOrPath: positionals[0],
      url: text(args, 'url'),
      name: text(args, 'name'),
      hash: text(args, 'hash'),
      verify: !options['no-verify'],
      replace: options.replace === true,
      use: options.use === true,
    });
    const installed = await installSdk(store(), request, change(args, context));
    const { name, dir, record, isNew, isDefault } = installed;
    if (options.json) {
      context.json(installed);
      return 0;
    }
    context.print(
      `SDK ${name} ${isNew ? 'is installed' : 'was installed already'}: ${dir} (${vouched[record.trust]})`,
    );
    context.print(
      isDefault
        ? 'it is the default: make demo runs on seL4'
        : `to make it the default: vmm-harness sdk use ${name}`,
    );
    if (isDefault) warnOfVariable(context);
    return 0;
  },
};

const installedName = { name: 'NAME', about: 'an installed SDK, as listed by vmm-harness sdk list' };

export const verify: Command = {
  name: 'sdk verify',
  summary: 'hash installed SDKs again and try their tools',
  options: jsonOption,
  positionals: [{ ...installedName, about: `${installedName.about}; default: all of them`, optional: true }],
  example: `vmm-harness sdk verify ${versions.at(-1)}`,
  async run({ options, positionals: [word] }, { print, json, progress, signal }) {
    const { verifySdk } = await import('../../microkit/install/manage.js');
    const names = word === undefined ? await store().names() : [nameOf(word)];
    const results = [];
    let failure: HarnessError | undefined;
    for (const name of names) {
      try {
        const result = await verifySdk(store(), name, { progress, signal });
        results.push({ name, ok: true, ...result });
        if (!options.json) print(`SDK ${name} is whole (${vouched[result.trust]})`);
      } catch (error) {
        if (names.length === 1 || !(error instanceof HarnessError)) throw error;
        // The others are checked too.
        failure = error;
        results.push({ name, ok: false, error: error.message, ...error.detail });
        if (!options.json) print(error.explain());
      }
    }
    if (options.json) json({ sdks: results });
    else if (names.length === 0) print(`no SDK is installed; vmm-harness sdk install ${versions.at(-1)}`);
    return failure?.exitCode ?? 0;
  },
};

export const use: Command = {
  name: 'sdk use',
  summary: 'choose the SDK that commands use by default',
  options: noWait,
  positionals: [{ ...installedName, about: `${installedName.about}; minikit for none` }],
  example: `vmm-harness sdk use ${versions.at(-1)}`,
  async run(args, context) {
    const { useByDefault } = await import('../../microkit/install/manage.js');
    const name = nameOf(args.positionals[0]);
    await useByDefault(store(), name, change(args, context));
    context.print(name === 'minikit' ? 'minikit is used by default' : `SDK ${name} is the default`);
    warnOfVariable(context);
    return 0;
  },
};

export const remove: Command = {
  name: 'sdk remove',
  summary: 'remove an installed SDK',
  options: noWait,
  positionals: [installedName],
  example: `vmm-harness sdk remove ${versions[0]}`,
  async run(args, context) {
    const { removeSdk } = await import('../../microkit/install/manage.js');
    const name = nameOf(args.positionals[0]);
    const { wasDefault } = await removeSdk(store(), name, change(args, context));
    context.print(`SDK ${name} is removed`);
    if (!wasDefault) return 0;
    const others = await store().names();
    const next = others.length === 0 ? '' : `, or choose one: vmm-harness sdk use ${others.at(-1)}`;
    context.print(`it was the default; minikit is used now${next}`);
    return 0;
  },
};
