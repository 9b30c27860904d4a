#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""check_svg.py PICTURE MAP: is the picture, an SVG, that of the map, as
'opalvm map --json' prints it? Says what is wrong, and fails."""
import json
import re
import sys
import xml.etree.ElementTree as ET

SVG = '{http://www.w3.org/2000/svg}'
LINE = 14	# pixels that a line of text needs
WIDTH = 7.3	# of a character of a label
EPSILON = 0.01


def main():
    root = ET.parse(sys.argv[1]).getroot()
    with open(sys.argv[2], encoding='ascii') as file:
        wanted = [extent for part in json.load(file).values() if isinstance(part, list)
                  for extent in part]
    scale = int(root.get('data-bytes-per-pixel'))
    drawn = root.findall(f"{SVG}g[@class='extent']")
    labels = root.findall(f"{SVG}g[@class='label']")
    wrong = []

    if sorted((e['virt_addr'], e['num_pages'] * 4096) for e in wanted) != \
       sorted((g.get('data-virt-addr'), int(g.get('data-bytes'))) for g in drawn):
        wrong.append('not each extent is drawn once')
    whole, broken, end, address = [0], [], 0, -1
    for group in drawn:
        name, size = group.get('data-virt-addr'), int(group.get('data-bytes'))
        rects = group.findall(f'{SVG}rect')
        if len(rects) != 1:
            wrong.append(f'{name} has {len(rects)} rectangles')
        y, height = float(rects[0].get('y')), float(rects[0].get('height'))
        if y < end - EPSILON or int(name, 16) <= address:
            wrong.append(f'{name} is not below the one before it')
        end, address = y + height, int(name, 16)
        if group.get('data-broken'):
            broken.append((name, height, size / scale))
            if not group.findall(f"{SVG}path[@class='break']"):
                wrong.append(f'{name} has no break')
        else:
            whole.append(height)
            if abs(height - size / scale) > EPSILON:
                wrong.append(f'{name} is {height} high, not {size / scale}')
    for name, height, true in broken:
        if height >= true or height < max(whole) - EPSILON:
            wrong.append(f'{name} is broken and {height} high; the highest whole one is {max(whole)}')
    if len(labels) != len(drawn):
        wrong.append(f'{len(labels)} labels')
    lines = [float(label.find(f'{SVG}text').get('y')) for label in labels]
    if any(b - a < LINE for a, b in zip(lines, lines[1:])):
        wrong.append('labels overlap')
    high, wide = float(root.get('height')), float(root.get('width'))
    boxes = []
    for text in root.iter(f'{SVG}text'):
        x, y, kind = float(text.get('x')), float(text.get('y')), text.get('class') or ''
        length = len(text.text or '') * WIDTH
        left = x - length if kind in ('number', 'gap') else x
        if left < 0 or left + length > wide or not 0 < y < high:
            wrong.append(f"'{text.text}' is outside")
        if kind not in ('title', 'legend') and length:
            boxes.append((left, left + length, y, text.text))
    for i, (left, right, y, text) in enumerate(boxes):
        for left2, right2, y2, text2 in boxes[:i]:
            if abs(y - y2) < 9 and left < right2 and left2 < right:
                wrong.append(f"'{text}' is on '{text2}'")
    for name in set(re.findall(r'class="([^"]*)"', ET.tostring(root, 'unicode'))):
        if name.split()[0] not in ET.tostring(root.find(f'{SVG}style'), 'unicode') and \
           name not in ('extent', 'label'):
            wrong.append(f'nothing says how {name} looks')
    for text in wrong:
        print('#', text)
    return bool(wrong)


if __name__ == '__main__':
    sys.exit(main())
