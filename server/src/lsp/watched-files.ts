import { runners } from '../runners';

const names = new Set(runners.flatMap(({ watches }) => watches));

/** Migrations, the files by which runners and their versions are recognised, and what git says of branches. */
export const watchedFiles: readonly string[] = [
  '**/*.sql',
  '**/lockstep.json',
  `**/{${[...names].join(',')}}`,
  '**/{package.json,package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock}',
  '**/{Makefile,Dockerfile,compose.yaml,compose.yml,docker-compose.yaml,docker-compose.yml}',
  '**/.git/{HEAD,packed-refs}',
  '**/.git/refs/{heads,remotes}/**',
];
