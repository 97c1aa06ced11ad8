// What `import … from 'overread'` gives: the nouns.
export * from './domain/errors.ts';
