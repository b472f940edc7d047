'use strict';

// Blocks along each side of the region grid.
const GRID = 8;
const SVG = 'http://www.w3.org/2000/svg';

const byId = (id) => document.getElementById(id);
const form = byId('form');
const fileInput = byId('image');

let pictureUrl = null;

// What runs here

async function showService() {
  const service = byId('service');
  try {
    const response = await fetch('v1/info');
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    const info = await response.json();
    byId('pruning').append(...info.pruning.methods.map((method) => new Option(method)));
    const workers = info.workers.map((worker) => `${worker.device} ${worker.state}`).join(', ');
    const budget = info.pruning.visualTokens
      ? `${info.pruning.visualTokens} tokens`
      : percent(info.pruning.retentionRatio);
    service.textContent =
      `${info.version} · ${info.model.name} · ${workers} · ${info.pruning.method}, ${budget}`;
  } catch (error) {
    service.textContent = `the service does not answer (${error.message})`;
  }
}

// The picture

function showPicture(file) {
  URL.revokeObjectURL(pictureUrl);
  pictureUrl = URL.createObjectURL(file);
  byId('picture').src = pictureUrl;
  byId('stage').hidden = false;
  clearAnswer();
}

function choosePicture(files) {
  const pictures = [...files].filter((file) => file.type.startsWith('image/'));
  if (pictures.length === 0) {
    return;
  }
  const transfer = new DataTransfer();
  transfer.items.add(pictures[0]);
  fileInput.files = transfer.files;
  showPicture(pictures[0]);
}

function readBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

// The question

async function questionEvent() {
  const file = fileInput.files[0];
  const options = {};
  if (byId('pruning').value) {
    options.pruning = byId('pruning').value;
  }
  if (byId('budget').value) {
    options.visualTokens = Number(byId('budget').value);
  }
  return {
    image: { data: await readBase64(file), mediaType: file.type },
    question: byId('question').value,
    options,
  };
}

let token = '';

async function send(event) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  return fetch('v1/answers', { method: 'POST', headers, body: JSON.stringify(event) });
}

async function ask() {
  const event = await questionEvent();
  let response = await send(event);
  if (response.status === 401) {
    token = window.prompt('The service wants its token (crop.api.token):') ?? '';
    response = token ? await send(event) : response;
  }
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.includes('json')) {
    throw new Error(response.status === 413 ? 'the picture is too large' : `status ${response.status}`);
  }
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.code ? `${body.detail} (${body.code})` : body.detail ?? `status ${response.status}`);
  }
  return body;
}

// The answer

function clearAnswer() {
  byId('answer').textContent = '–';
  byId('caption').textContent = '';
  byId('problem').hidden = true;
  byId('statistics').hidden = true;
  byId('overlay').replaceChildren();
}

// A browser tells nothing about a connection that broke, and the service breaks it on far too much data.
function explain(error) {
  return error instanceof TypeError
    ? 'the service can\'t be reached, or the picture is too large for it'
    : error.message;
}

function showProblem(message) {
  byId('problem').textContent = message;
  byId('problem').hidden = false;
}

function showAnswer(event) {
  byId('answer').textContent = event.answer || '(no words)';
  drawOverlay(event.region, event.keptPatches);
  byId('caption').textContent =
    `Framed: the region (${event.region.source}, confidence ${event.region.confidence.toFixed(2)}). ` +
    `Bright: the ${event.pruning.visualTokensAfter} of ${event.pruning.visualTokensBefore} visual tokens that were kept.`;
  showStatistics(statistics(event));
}

function drawOverlay(region, patches) {
  const [xmin, ymin, xmax, ymax] = region.box.map((block) => block / GRID);
  const kept = svg('mask', { id: 'kept', maskUnits: 'userSpaceOnUse', x: 0, y: 0, width: 1, height: 1 });
  kept.append(svg('rect', { width: 1, height: 1, fill: 'white' }));
  for (const [left, top, right, bottom] of patches) {
    kept.append(svg('rect', { x: left, y: top, width: right - left, height: bottom - top, fill: 'black' }));
  }
  byId('overlay').replaceChildren(
    kept,
    svg('rect', { class: 'dropped', width: 1, height: 1, mask: 'url(#kept)' }),
    svg('rect', {
      class: 'region',
      x: xmin,
      y: ymin,
      width: xmax - xmin + 1 / GRID,
      height: ymax - ymin + 1 / GRID,
    }));
}

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}

function statistics({ pruning, usage, timings, model, finishReason }) {
  return [
    ['Method, budget', `${pruning.method}, ${pruning.budget} visual tokens`],
    ['Visual tokens per layer', pruning.visualTokensPerLayer.join(' · ')],
    ['Average over layers', `${pruning.averageVisualTokens.toFixed(1)} of ${pruning.visualTokensBefore} (${percent(pruning.retentionRatio)})`],
    ['Prefill', `${scaled(pruning.prefillFlops)}FLOP, ${percent(pruning.prefillFlops / pruning.prefillFlopsFull)} of full`],
    ['KV cache', `${scaled(pruning.kvCacheBytes)}B, ${percent(pruning.kvCacheBytes / pruning.kvCacheBytesFull)} of full`],
    ['Tokens', `${usage.promptTokens} in, ${usage.completionTokens} out (${finishReason})`],
    ['Time', `${timings.totalMs} ms, first token after ${timings.timeToFirstTokenMs} ms`],
    ['Of which', stages(timings)],
    ['Model', `${model.name}, revision ${model.revision.slice(0, 12)}, ${model.device}`],
  ];
}

function stages(timings) {
  return ['fetch', 'decode', 'queue', 'encode', 'localize', 'compress', 'prefill', 'generate']
    .map((stage) => `${stage} ${timings[`${stage}Ms`]}`)
    .join(' · ');
}

function showStatistics(rows) {
  byId('statistics').tBodies[0].replaceChildren(
    ...rows.map(([name, value]) => {
      const row = document.createElement('tr');
      const heading = document.createElement('th');
      heading.scope = 'row';
      heading.textContent = name;
      row.append(heading);
      row.insertCell().textContent = value;
      return row;
    }));
  byId('statistics').hidden = false;
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

function scaled(value) {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
  const step = Math.min(prefixes.length - 1, Math.floor(Math.log10(Math.max(value, 1)) / 3));
  return `${(value / 1000 ** step).toPrecision(3)} ${prefixes[step]}`;
}

// Wiring

form.addEventListener('submit', async (submit) => {
  submit.preventDefault();
  clearAnswer();
  byId('ask').disabled = true;
  byId('answer').textContent = '…';
  try {
    showAnswer(await ask());
  } catch (error) {
    clearAnswer();
    showProblem(explain(error));
  } finally {
    byId('ask').disabled = false;
  }
});

fileInput.addEventListener('change', () => {
  if (fileInput.files.length > 0) {
    showPicture(fileInput.files[0]);
  }
});

document.addEventListener('dragover', (drag) => {
  drag.preventDefault();
  document.body.classList.add('dropping');
});

document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));

document.addEventListener('drop', (drop) => {
  drop.preventDefault();
  document.body.classList.remove('dropping');
  choosePicture(drop.dataTransfer.files);
});

document.addEventListener('paste', (paste) => choosePicture(paste.clipboardData.files));

showService();
