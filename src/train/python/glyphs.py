"""Writes the outlines of a font's digits and small letters as a file of src/main/resources/scenes/glyphs/.

Kerning, hinting and names are left out: signs are not to be set in the font, only lettered like it.
"""
import argparse
import json

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from scenes import CHARACTERS


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("font")
    parser.add_argument("out")
    args = parser.parse_args()
    font = TTFont(args.font)
    scale = 1000 / font["head"].unitsPerEm
    names, outlines = font.getBestCmap(), font.getGlyphSet()
    glyphs = {}
    for character in CHARACTERS:
        glyph = outlines[names[ord(character)]]
        pen = SVGPathPen(outlines, ntos=lambda value: str(round(value)))
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, 0, 0)))
        glyphs[character] = dict(advance=round(glyph.width * scale), outline=pen.getCommands())
    with open(args.out, "w") as file:
        json.dump(dict(unitsPerEm=1000, glyphs=glyphs), file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
