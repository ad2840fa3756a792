extension WatchScript {
  /// The scatter and its front.
  static let plot = #"""
    "use strict";

    // The networks that have both numbers, the best in x first and among equal ones the best in y.
    function frontOrder(networks, xs, ys, xSign, ySign) {
      return networks.filter((network) => !Number.isNaN(xs[network]) && !Number.isNaN(ys[network]))
        .sort((one, two) => xSign * (xs[two] - xs[one]) || ySign * (ys[two] - ys[one]) || one - two);
    }

    // The networks of such an order that no other one dominates; equal ones do not dominate each other.
    // Those that the mask leaves out are as if they were not there.
    function paretoFront(order, mask, xs, ys, ySign) {
      const front = [];
      let last = -1;
      for (const network of order) {
        if (mask[network] === 0) continue;
        const isBetter = last < 0 || ySign * (ys[network] - ys[last]) > 0;
        if (isBetter) last = network;
        if (isBetter || (xs[network] === xs[last] && ys[network] === ys[last])) front.push(network);
      }
      return front;
    }

    // Round numbers between two bounds, about as many as are wanted.
    function ticks(low, high, wanted) {
      const rough = (high - low) / wanted;
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 10 * power;
      const found = [];
      const first = Math.ceil(low / step);
      for (let index = first; index * step <= high && found.length < 50; index += 1) found.push(index * step);
      return found;
    }

    function extent(networks, values) {
      let [low, high] = [Infinity, -Infinity];
      for (const network of networks) {
        const value = values[network];
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (!(low <= high)) return [0, 1];
      const margin = low === high ? Math.abs(low) * 0.05 || 1 : (high - low) * 0.04;
      const bounds = [low - margin, high + margin];
      return bounds.every(Number.isFinite) && bounds[1] > bounds[0] ? bounds : [low / 2, high / 2 + 1];
    }

    // The networks that have both numbers.
    function known(networks, xs, ys) {
      const found = new Uint32Array(networks.length);
      let count = 0;
      for (let index = 0; index < networks.length; index += 1) {
        const network = networks[index];
        if (Number.isNaN(xs[network]) || Number.isNaN(ys[network])) continue;
        found[count] = network;
        count += 1;
      }
      return found.subarray(0, count);
    }

    // Where their numbers are between two places, which are those of the bounds.
    function places(networks, values, [low, high], start, end) {
      const found = new Float32Array(networks.length);
      for (let index = 0; index < networks.length; index += 1) {
        found[index] = start + (values[networks[index]] - low) / (high - low) * (end - start);
      }
      return found;
    }

    // What was drawn, for the pointer: the networks and where they are.
    const drawn = { networks: [], x: new Float32Array(0), y: new Float32Array(0) };

    function axisText(value) {
      const size = Math.abs(value);
      for (const [unit, name] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
        if (size >= unit && size < 1e3 * unit) return Number((value / unit).toPrecision(4)) + name;
      }
      return size === 0 || (size >= 1e-3 && size < 1e3)
        ? String(Number(value.toPrecision(4))) : value.toExponential(1);
    }

    // Many points at once: how many cover a pixel is counted, and each lets two thirds of what is behind it through.
    function drawDensely(context, scale) {
      const { width, height } = context.canvas;
      const counts = new Uint16Array(width * height);
      const size = Math.max(2, Math.round(2 * scale));
      for (let index = 0; index < drawn.x.length; index += 1) {
        const left = Math.min(Math.max(Math.round(drawn.x[index] * scale - size / 2), 0), width - size);
        const top = Math.min(Math.max(Math.round(drawn.y[index] * scale - size / 2), 0), height - size);
        for (let row = top; row < top + size; row += 1) {
          for (let column = left; column < left + size; column += 1) {
            if (counts[row * width + column] < 12) counts[row * width + column] += 1;
          }
        }
      }
      // The style reads back as # and six digits.
      const colour = parseInt(context.fillStyle.slice(1), 16);
      const layer = document.createElement("canvas");
      Object.assign(layer, { width, height });
      const layerContext = layer.getContext("2d");
      const image = layerContext.createImageData(width, height);
      const opacities = Array.from({ length: 13 }, (_, count) => Math.round(255 * (1 - (2 / 3) ** count)));
      for (let pixel = 0; pixel < counts.length; pixel += 1) {
        if (counts[pixel] === 0) continue;
        image.data[4 * pixel] = colour >> 16;
        image.data[4 * pixel + 1] = colour >> 8 & 255;
        image.data[4 * pixel + 2] = colour & 255;
        image.data[4 * pixel + 3] = opacities[counts[pixel]];
      }
      layerContext.putImageData(image, 0, 0);
      context.drawImage(layer, 0, 0, width / scale, height / scale);
    }

    function draw(canvas, networks, front, x, y) {
      const scale = window.devicePixelRatio || 1;
      const [width, height] = [canvas.clientWidth, canvas.clientHeight];
      if (width === 0 || height === 0) return;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      const context = canvas.getContext("2d");
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, width, height);
      const style = getComputedStyle(document.documentElement);
      const ink = (name) => style.getPropertyValue(`--${name}`).trim();
      const points = known(networks, x.values, y.values);
      const [xBounds, yBounds] = [extent(points, x.values), extent(points, y.values)];
      const area = { left: 64, right: width - 12, top: 22, bottom: height - 44 };
      const across = (value) =>
        area.left + (value - xBounds[0]) / (xBounds[1] - xBounds[0]) * (area.right - area.left);
      const up = (value) =>
        area.bottom - (value - yBounds[0]) / (yBounds[1] - yBounds[0]) * (area.bottom - area.top);

      context.font = "13px system-ui, sans-serif";
      context.lineWidth = 1;
      context.strokeStyle = ink("rule");
      context.fillStyle = ink("soft");
      context.textAlign = "center";
      context.textBaseline = "top";
      for (const tick of ticks(...xBounds, Math.max(2, width / 130))) {
        context.beginPath();
        context.moveTo(across(tick), area.top);
        context.lineTo(across(tick), area.bottom);
        context.stroke();
        context.fillText(axisText(tick), across(tick), area.bottom + 5);
      }
      context.textAlign = "right";
      context.textBaseline = "middle";
      for (const tick of ticks(...yBounds, Math.max(2, height / 70))) {
        context.beginPath();
        context.moveTo(area.left, up(tick));
        context.lineTo(area.right, up(tick));
        context.stroke();
        context.fillText(axisText(tick), area.left - 6, up(tick));
      }
      context.fillStyle = ink("ink");
      context.textBaseline = "alphabetic";
      context.fillText(x.label, area.right, height - 6, area.right - area.left);
      context.textAlign = "left";
      context.fillText(y.label, 4, 14, width - 8);

      drawn.networks = points;
      drawn.x = places(points, x.values, xBounds, area.left, area.right);
      drawn.y = places(points, y.values, yBounds, area.bottom, area.top);
      context.fillStyle = ink("first");
      if (points.length > 5000) {
        drawDensely(context, scale);
      } else {
        const size = points.length > 500 ? 3 : 5;
        context.globalAlpha = 0.6;
        for (let index = 0; index < points.length; index += 1) {
          context.fillRect(drawn.x[index] - size / 2, drawn.y[index] - size / 2, size, size);
        }
        context.globalAlpha = 1;
      }
      // The front as steps: a corner is what the networks beside it dominate.
      context.strokeStyle = ink("second");
      context.fillStyle = ink("second");
      context.lineWidth = 2;
      context.beginPath();
      front.forEach((network, index) => {
        const [left, top] = [across(x.values[network]), up(y.values[network])];
        if (index === 0) context.moveTo(left, top);
        else {
          context.lineTo(left, up(y.values[front[index - 1]]));
          context.lineTo(left, top);
        }
      });
      context.stroke();
      for (const network of front) {
        context.beginPath();
        context.arc(across(x.values[network]), up(y.values[network]), 4, 0, 2 * Math.PI);
        context.fill();
      }
    }

    // The network whose point is nearest to a place of the canvas, -1 where none is near.
    function nearest(left, top) {
      let [best, distance] = [-1, 15 ** 2];
      for (let index = 0; index < drawn.networks.length; index += 1) {
        const away = (drawn.x[index] - left) ** 2 + (drawn.y[index] - top) ** 2;
        if (away < distance) [best, distance] = [drawn.networks[index], away];
      }
      return best;
    }

    """#
}
