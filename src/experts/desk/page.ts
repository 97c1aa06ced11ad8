// The page of the desk: a small image viewer and a small records system, drawn by the browser, with no network in it.
import { type DeskApp, deskPatients, LABS, ORDERS, PRESETS, STRUCTURES } from './tasks.ts';

const STYLE = `
  * { box-sizing: border-box; }
  body { margin: 0; font: 15px/1.4 "Liberation Sans", Arial, sans-serif; background: #16191d; color: #e8eaed; }
  header { padding: 8px 14px; background: #232830; font-weight: bold; }
  main { display: grid; grid-template-columns: 260px 1fr; gap: 12px; padding: 12px; }
  button, input, textarea { font: inherit; color: inherit; background: #2c333d; border: 1px solid #4a5563; border-radius: 4px; padding: 6px 10px; }
  button:hover, button:focus-visible { background: #3a4552; }
  button[aria-pressed="true"] { background: #175c8f; }
  nav, .column { display: flex; flex-direction: column; gap: 6px; }
  .column > * { align-self: flex-start; }
  .row { width: 100%; }
  textarea { width: 420px; height: 48px; }
  .row { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 2px; }
  canvas, .results { background: #000; border: 1px solid #4a5563; }
  .results { height: 110px; width: 420px; overflow: auto; padding: 6px; background: #1d2228; }
  .status { min-height: 1.5em; color: #9fd0a5; }
`;

/** Runs in the page. \`D\` is its data; \`desk\` is what the driver reads: state as plain JSON. */
const SCRIPT = `
  const state = { screen: 'list', query: '', patient: null, series: null, preset: 'Abdomen', slice: 40, zoom: 1,
    segments: [], panel: null, report: '', saved: null, lab: null, labScroll: 0, orders: [], order: null, indication: '',
    note: '', signed: false, confirming: false };
  const main = document.querySelector('main');
  const el = (tag, attrs, ...children) => {
    const node = document.createElement(tag);
    for (const [k, v] of Object.entries(attrs || {})) k.startsWith('on') ? node.addEventListener(k.slice(2), v) : node.setAttribute(k, v);
    node.append(...children);
    return node;
  };
  const button = (name, act, pressed) => el('button', { 'data-name': name, 'aria-label': name,
    ...(pressed === undefined ? {} : { 'aria-pressed': String(pressed) }), onclick: () => { act(); draw(); } }, name);
  const field = (name, value, onText, tag = 'input') => {
    const node = el(tag, { 'data-name': name, 'aria-label': name, placeholder: name, oninput: (e) => { onText(e.target.value); draw(name); } });
    node.value = value;
    return node;
  };
  function image() {
    const canvas = el('canvas', { width: 420, height: 260, 'data-name': 'Image', 'aria-label': 'Image', role: 'img' });
    const c = canvas.getContext('2d');
    const shades = { Abdomen: 120, Lung: 60, Bone: 190, Brain: 150 };
    c.fillStyle = '#000'; c.fillRect(0, 0, 420, 260);
    c.save(); c.translate(210, 125); c.scale(state.zoom, state.zoom);
    const base = shades[state.preset];
    c.fillStyle = 'rgb(' + [base, base, base].join(',') + ')';
    c.beginPath(); c.ellipse(0, 0, 130 - Math.abs(state.slice - 50), 80, 0, 0, 7); c.fill();
    state.segments.forEach((name, i) => { c.fillStyle = ['#e66', '#6c6', '#66e', '#cc6', '#6cc'][i % 5];
      c.beginPath(); c.ellipse(-60 + 30 * i, -20 + 12 * i, 22, 16, 0, 0, 7); c.fill(); });
    c.restore();
    c.fillStyle = '#fff'; c.font = '13px sans-serif';
    c.fillText('slice ' + state.slice + '  zoom ' + state.zoom.toFixed(2) + '  ' + state.preset, 8, 250);
    canvas.addEventListener('wheel', (e) => { e.preventDefault();
      if (e.ctrlKey) state.zoom = Math.min(4, Math.max(0.25, state.zoom * (e.deltaY < 0 ? 1.25 : 0.8)));
      else state.slice = Math.min(99, Math.max(0, state.slice + Math.round(e.deltaY / 100)));
      draw(); }, { passive: false });
    return canvas;
  }
  const people = () => D.patients.filter((p) => state.query === '' ||
    (p.name + ' ' + p.number).toLowerCase().includes(state.query.toLowerCase()));
  const open = (p) => { state.patient = p.name; state.screen = D.app === 'viewer' ? 'series' : 'chart'; state.panel = null; };
  function viewer() {
    const left = el('nav', {}, field('Search worklist', state.query, (v) => { state.query = v; }),
      ...people().map((p) => button(p.name, () => open(p), state.patient === p.name)));
    const right = el('section', { class: 'column' });
    if (state.patient) right.append(el('div', { class: 'row' },
      ...['Series 1 axial', 'Series 2 coronal'].map((s) => button(s, () => { state.series = s; state.screen = 'image'; }, state.series === s))));
    if (state.series) {
      right.append(el('div', { class: 'row' }, ...D.presets.map((p) => button('Window ' + p, () => { state.preset = p; }, state.preset === p))));
      right.append(image());
      right.append(el('div', { class: 'row' }, ...D.structures.map((s) => button('Segment ' + s, () => { if (!state.segments.includes(s)) state.segments.push(s); }))));
      right.append(el('div', { class: 'row' }, button('Measurements', () => { state.panel = 'measurements'; }), button('Report', () => { state.panel = 'report'; })));
    }
    if (state.panel === 'measurements') right.append(el('p', {}, state.segments.length + ' segments'));
    if (state.panel === 'report') right.append(field('Report text', state.report, (v) => { state.report = v; }, 'textarea'),
      button('Save report', () => { state.saved = state.report; }));
    if (state.saved !== null) right.append(el('p', { class: 'status' }, 'Report saved'));
    return [left, right];
  }
  function records() {
    const left = el('nav', {}, field('Find patient', state.query, (v) => { state.query = v; }),
      ...people().map((p) => button(p.name, () => open(p), state.patient === p.name)));
    const right = el('section', { class: 'column' });
    if (state.patient) right.append(el('div', { class: 'row' },
      ...['Summary', 'Laboratory', 'Orders', 'Notes'].map((t) => button(t, () => { state.panel = t; }, state.panel === t))));
    if (state.panel === 'Laboratory') {
      const list = el('div', { class: 'results', 'data-name': 'Results', 'aria-label': 'Results', tabindex: '0' },
        ...Array.from({ length: 30 }, (_, i) => el('div', {}, D.labs[i % D.labs.length] + ' ' + (i + 1))));
      list.addEventListener('wheel', (e) => { e.preventDefault(); state.labScroll += Math.round(e.deltaY / 100); draw(); }, { passive: false });
      right.append(list, el('div', { class: 'row' }, ...D.labs.map((l) => button(l, () => { state.lab = l; }, state.lab === l))));
      list.scrollTop = state.labScroll * 21;
    }
    if (state.panel === 'Orders') right.append(
      el('div', { class: 'row' }, ...D.orders.map((o) => button(o, () => { state.order = o; }, state.order === o))),
      field('Indication', state.indication, (v) => { state.indication = v; }),
      button('Place order', () => { if (state.order) { state.orders.push([state.order, state.indication]); state.order = null; state.indication = ''; } }),
      el('p', { class: 'status' }, state.orders.length + ' orders placed'));
    if (state.panel === 'Notes') {
      right.append(field('Note', state.note, (v) => { state.note = v; }, 'textarea'), button('Sign note', () => { state.confirming = true; }));
      if (state.confirming) right.append(el('div', { role: 'dialog', class: 'row' }, 'Sign this note?', button('Confirm', () => { state.signed = true; state.confirming = false; })));
      if (state.signed) right.append(el('p', { class: 'status' }, 'Note signed'));
    }
    return [left, right];
  }
  function draw(focus) {
    main.replaceChildren(...(D.app === 'viewer' ? viewer() : records()));
    if (focus) { const node = main.querySelector('[data-name="' + focus + '"]'); node.focus(); node.setSelectionRange?.(node.value.length, node.value.length); }
  }
  globalThis.desk = {
    state: () => structuredClone(state),
    elements: () => [...document.querySelectorAll('[data-name]')].map((node) => { const r = node.getBoundingClientRect();
      return { name: node.dataset.name, role: node.tagName.toLowerCase(), box: [Math.round(r.left), Math.round(r.top), Math.round(r.right), Math.round(r.bottom)] }; }),
  };
  draw();
`;

/** The whole page. The same application and seed give the same bytes. */
export function deskPage(app: DeskApp, seed: string): string {
  const data = {
    app,
    patients: deskPatients(seed),
    presets: PRESETS,
    structures: STRUCTURES,
    labs: LABS,
    orders: ORDERS,
  };
  // "<" cannot end the script element early, whatever a name holds.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const title = app === 'viewer' ? 'Image viewer' : 'Patient records';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"><title>${title}</title><style>${STYLE}</style></head><body><header>${title}</header><main></main><script>const D = ${json};${SCRIPT}</script></body></html>`;
}
