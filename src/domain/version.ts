// The package's version, as written into manifests and runs; a test holds it against package.json.
export const VERSION = '0.1.0';
