// What a report looks like from inside the browser; .ci/browser puts it onto the page and asks.
const probe = (() => {
  const isShown = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility === 'visible';
  const charts = () =>
    [...document.querySelectorAll('figure svg, svg:root')].filter(s => !s.matches('.key') && s.getClientRects().length);
  const name = chart => (chart.querySelector('title') || {}).textContent || 'a chart';
  const marks = () => charts().flatMap(c => [...c.querySelectorAll('.m')]);
  const shapes = mark => [...mark.querySelectorAll('circle, path, rect')].filter(s => !s.matches('.hit'));
  // What a mark shows under the pointer: its name and its figures. Letters that are always there have a class.
  const TIP = '.m > text:not([class])';
  const tips = mark => [...mark.querySelectorAll(':scope > text:not([class])')];
  const showsTip = mark => tips(mark).some(isShown);
  const around = elements => {
    const boxes = elements.map(e => e.getBoundingClientRect());
    return {
      left: Math.min(...boxes.map(b => b.left)), right: Math.max(...boxes.map(b => b.right)),
      top: Math.min(...boxes.map(b => b.top)), bottom: Math.max(...boxes.map(b => b.bottom)),
    };
  };
  const label = e => (e.getAttribute('aria-label') || e.textContent).slice(0, 80);
  const inside = (box, frame, slack = 1) =>
    box.left >= frame.left - slack && box.right <= frame.right + slack
    && box.top >= frame.top - slack && box.bottom <= frame.bottom + slack;

  // MARK: Colours

  const numbers = colour => {
    const parts = (colour.match(/[\d.]+/g) || []).map(Number);
    return parts.length < 3 ? null : [parts[0], parts[1], parts[2], parts.length > 3 ? parts[3] : 1];
  };
  // Relative luminance and contrast, WCAG 2.2.
  const luminance = colour => colour.slice(0, 3).reduce((sum, part, index) => {
    const share = part / 255, linear = share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    return sum + [0.2126, 0.7152, 0.0722][index] * linear;
  }, 0);
  const over = (front, alpha, back) => [0, 1, 2].map(i => alpha * front[i] + (1 - alpha) * back[i]);
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = element => {
    const drawn = document.querySelector('svg:root .ground');
    if (drawn) return numbers(getComputedStyle(drawn).fill);
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour && colour[3] > 0) return colour;
    }
    return [255, 255, 255, 1];
  };

  // The least contrasts of letters and of marks, and what falls below what WCAG asks: 4.5 and 3.
  const colours = () => {
    const faults = [];
    let letters = Infinity, least = Infinity;
    for (const e of document.querySelectorAll('body *, svg:root *')) {
      const hasText = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
      if (!hasText || !isShown(e) || e.matches('title, desc')) continue;
      const style = getComputedStyle(e), back = ground(e);
      const front = numbers(e.closest('svg') ? style.fill : style.color);
      const found = contrast(over(front, front[3] * style.opacity, back), back);
      letters = Math.min(letters, found);
      if (found < 4.5) faults.push(`letters with a contrast of ${found.toFixed(1)}: ${label(e)}`);
    }
    for (const mark of marks()) {
      // The strongest part counts: a faint line leads to a strong mark.
      const found = Math.max(...shapes(mark).map(shape => {
        const style = getComputedStyle(shape), back = ground(shape), line = numbers(style.stroke);
        return line ? contrast(over(line, line[3] * style.strokeOpacity, back), back) : 0;
      }));
      least = Math.min(least, found);
      if (!(found >= 3)) faults.push(`a mark with a contrast of ${found.toFixed(1)}: ${label(mark)}`);
    }
    return { letters, marks: least, isLight: luminance(ground(document.body || document.documentElement)) > 0.5, faults };
  };

  // MARK: Layout

  const layout = kind => {
    const root = document.documentElement, faults = [];
    if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways to ${root.scrollWidth}`);
    for (const e of document.querySelectorAll('main *')) {
      const box = e.getBoundingClientRect();
      if (isShown(e) && !e.closest('thead') && box.right > root.clientWidth + 1)
        faults.push(`runs out at the right: ${e.tagName} ${label(e)}`);
    }
    const figures = [...document.querySelectorAll('figure')];
    if (figures.length < 4) faults.push(`${figures.length} figures`);
    for (const figure of figures) {
      const drawn = [...figure.querySelectorAll('svg')].filter(s => !s.matches('.key') && s.getClientRects().length);
      if (drawn.length !== 1 || !drawn[0].matches(`.${kind}, .both`)) faults.push(`not one ${kind} chart in ${label(figure)}`);
    }
    if (document.querySelectorAll('.headline tbody').length < 2) faults.push('no table');
    if (!document.querySelector('a[download]')) faults.push('no download');
    return faults.concat(charts().flatMap(drawing));
  };

  // What is wrong with a chart: letters cut off or over each other, marks outside the axes, or none.
  const drawing = chart => {
    const faults = [], frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll('text')].filter(t => isShown(t) && !t.matches(TIP))
      .map(t => ({ text: t.textContent, box: t.getBoundingClientRect() }));
    for (const { text, box } of texts) if (!inside(box, frame)) faults.push(`${name(chart)}: cut off: ${text}`);
    // Boxes of letters are some pixels higher than the letters.
    texts.forEach(({ text, box }, index) => texts.slice(0, index).forEach(other => {
      const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (width > 1 && height > 4) faults.push(`${name(chart)}: '${text}' over '${other.text}'`);
    }));
    const axes = [...chart.querySelectorAll('.axis, .grid')];
    if (!axes.length) return [`${name(chart)}: no axes`];
    const area = around(axes);
    const found = [...chart.querySelectorAll('.m')];
    if (!found.length) faults.push(`${name(chart)}: no marks`);
    for (const mark of found) {
      const parts = shapes(mark).filter(s => !s.matches('.lead'));
      if (!parts.length) faults.push(`${name(chart)}: nothing is drawn for ${label(mark)}`);
      for (const part of parts) {
        // Of a symbol its middle counts, and of what has a length all of it.
        const box = part.getBoundingClientRect(), isSymbol = part.matches('circle, path[d$=z]');
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        const held = isSymbol ? { left: x, right: x, top: y, bottom: y } : box;
        if (!inside(held, area, 4)) faults.push(`${name(chart)}: outside the axes: ${label(mark)}`);
      }
    }
    return faults;
  };

  // MARK: Marks and their figures

  // A place where the pointer meets the mark and not another one, if there is one.
  const aim = index => {
    const mark = marks()[index];
    mark.scrollIntoView({ block: 'center', behavior: 'instant' });
    // The pointer goes before the focus, wherever in the chart that is.
    mark.closest('svg').querySelector('.m').focus({ preventScroll: true });
    const places = [];
    for (const part of mark.querySelectorAll('circle, rect, path')) {
      const box = part.getBoundingClientRect(), steps = part.matches('path:not([d$=z])') ? 0 : 12;
      for (let i = 0; i <= steps && steps; i += 1)
        for (let j = 0; j <= steps; j += 1)
          places.push([box.left + box.width * i / steps, box.top + box.height * j / steps]);
      if (steps) continue;
      const length = part.getTotalLength(), matrix = part.getScreenCTM();
      for (let step = 0; step <= 40; step += 1) {
        const place = part.getPointAtLength(length * step / 40).matrixTransform(matrix);
        places.push([place.x, place.y]);
      }
    }
    // Whole pixels, as a mouse has them; the more of its neighbours are of the same mark the better.
    const isMet = (x, y) => document.elementFromPoint(x, y)?.closest('.m') === mark;
    let best = null, most = 0;
    for (const [x, y] of places.map(place => place.map(Math.round))) {
      const score = isMet(x, y) ? 1 + isMet(x - 1, y) + isMet(x + 1, y) + isMet(x, y - 1) + isMet(x, y + 1) : 0;
      if (score > most) [best, most] = [{ x, y }, score];
      if (most === 5) break;
    }
    return best;
  };

  const matches = (text, whole) => {
    // A line that is too long is cut in its middle.
    const [start, end] = text.split('...');
    return end === undefined ? text === whole : whole.startsWith(start) && whole.endsWith(end);
  };

  // What is wrong with the figures that are shown while a mark is pointed at or has the focus.
  const reading = mark => {
    const chart = mark.closest('svg'), faults = [], whole = mark.getAttribute('aria-label');
    const shown = marks().filter(showsTip);
    if (shown.length !== 1 || shown[0] !== mark)
      return [`shows ${shown.length ? `the figures of ${shown.map(label).join(' and ')}` : 'no figures'}: ${label(mark)}`];
    const [what, figures] = tips(mark).map(t => t.textContent), box = around(tips(mark));
    const cuts = [...whole.matchAll(/: /g)].map(m => m.index);
    if (!cuts.some(cut => matches(what, whole.slice(0, cut)) && matches(figures, whole.slice(cut + 2))))
      faults.push(`says '${what}' and '${figures}' of ${whole}`);
    if (!/\d/.test(figures)) faults.push(`no figures in '${figures}'`);
    if (!inside(box, chart.getBoundingClientRect())) faults.push(`its figures are cut off: ${label(mark)}`);
    for (const other of chart.querySelectorAll('text')) {
      const there = other.getBoundingClientRect();
      if (isShown(other) && !other.matches(TIP) && box.left < there.right && there.left < box.right
        && Math.min(box.bottom, there.bottom) - Math.max(box.top, there.top) > 4)
        faults.push(`its figures lie over '${other.textContent}': ${label(mark)}`);
    }
    return faults;
  };

  const looks = element => {
    const style = getComputedStyle(element);
    const outline = style.outlineStyle === 'none' ? '' : style.outlineWidth + style.outlineColor;
    return [outline, ...shapes(element).map(s => getComputedStyle(s)).map(s => s.stroke + s.strokeWidth)].join(';');
  };

  let stops = [], before = [];
  return {
    layout, colours, aim,
    charts: () => charts().length,
    // Of every chart the first and the last mark that can be met.
    ends: () => {
      const all = marks();
      return charts().flatMap(chart => {
        const met = [...chart.querySelectorAll('.m')].map(m => all.indexOf(m)).filter(i => aim(i));
        return [...new Set([met[0], met[met.length - 1]])];
      });
    },
    chartFaults: () => charts().flatMap(drawing),
    marks: () => marks().length,
    names: () => marks().map(mark => tips(mark).map(t => t.textContent).join(': ')).filter(t => !t.includes('...')),
    label: index => `${name(marks()[index].closest('svg'))}: ${label(marks()[index])}`,
    reading: index => reading(marks()[index]),
    still: () => {
      document.activeElement.blur();
      return marks().filter(showsTip).map(label);
    },
    hints: () => charts().filter(c => isShown(c.querySelector('.hint'))).length,

    // Everything that the tab key is to reach, in this order.
    startTabbing: () => {
      document.activeElement.blur();
      scrollTo(0, 0);
      stops = [...document.querySelectorAll('a[href], summary, .m')].filter(isShown);
      before = stops.map(looks);
      return stops.length;
    },
    stop: index => {
      const here = document.activeElement, wanted = stops[index];
      if (here !== wanted) return [`the tab key leads to ${here.tagName} ${label(here)} and not to ${label(wanted)}`];
      const faults = looks(here) === before[index] ? [`the focus does not show: ${label(here)}`] : [];
      const box = here.getBoundingClientRect();
      if (box.bottom < 0 || box.top > innerHeight) faults.push(`the focus is out of sight: ${label(here)}`);
      if (!here.matches('.m')) return faults;
      const tip = around(tips(here));
      if (tip.top < 0 || tip.bottom > innerHeight) faults.push(`its figures are out of sight: ${label(here)}`);
      return faults.concat(reading(here));
    },

    // Charts that a sheet of this height cuts in two.
    cuts: height => charts().flatMap(chart => {
      const box = chart.getBoundingClientRect();
      const isKept = getComputedStyle(chart.closest('figure')).breakInside === 'avoid'
        || getComputedStyle(chart).breakInside === 'avoid';
      return box.height > height ? [`${name(chart)} is ${Math.ceil(box.height)} high, a page ${height}`]
        : isKept ? [] : [`${name(chart)} may be broken over two pages`];
    }),
  };
})();
