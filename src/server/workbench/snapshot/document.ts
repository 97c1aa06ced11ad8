// The document of a static export: opens from disk, loads its own folder and nothing else.

const POLICY =
  "default-src 'none'; script-src 'self' file:; style-src 'self' file:; style-src-attr 'unsafe-inline'; img-src 'self' file: blob: data:; media-src 'self' file: blob:; base-uri 'none'; form-action 'none'";

export const documentOf = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Overread</title>
<link rel="stylesheet" href="page/page.css">
<script defer src="data/index.js"></script>
<script defer src="page/page.js"></script>
</head>
<body>
<div id="app"></div>
<noscript>This page needs scripts, which come from its own folder.</noscript>
</body>
</html>
`;
