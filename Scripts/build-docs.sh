#!/usr/bin/env bash
# Builds one site of the library's symbols and the guides in .build/docs, with the DocC of the toolchain.
#
# A guide is an article by its file's name; links between guides become links between articles.
set -euo pipefail
cd "$(dirname "$0")/.."
out=.build/docs
graphs=.build/symbol-graphs
catalog=.build/TrainingFreeNAS.docc
docc=$(dirname "$(readlink -f "$(command -v swift)")")/docc
if [ ! -x "$docc" ]; then
  echo "build-docs: the Swift toolchain has no docc" >&2
  exit 1
fi

rm -rf "$graphs" "$catalog" "$out"
mkdir -p "$graphs" "$catalog"
# The modules that the umbrella hands on are a part of what a client sees.
swift build -c release --product tfnas -Xswiftc -emit-symbol-graph \
  -Xswiftc -emit-symbol-graph-dir -Xswiftc "$PWD/$graphs" --scratch-path .build/docs-build
for file in "$graphs"/*; do
  case "$(basename "$file")" in
  Tensors* | Networks* | Operators* | Derivatives* | Formats* | Ranking* | Scoring* | SpaceFiles* | Spaces* | \
    Interchange* | Search* | Studies* | ResultStore* | Reports* | Figures*) ;;
  *) rm "$file" ;;
  esac
done

{
  printf '# TrainingFreeNAS\n\nRanks neural networks before they are trained.\n\n## Topics\n\n### Guides\n\n'
  for guide in Guides/*.md; do printf -- '- <doc:%s>\n' "$(basename "$guide" .md)"; done
  printf '\n### Modules\n\n'
} > "$catalog/TrainingFreeNAS.md"
sed -i '1a\\n@Metadata {\n  @TechnologyRoot\n}' "$catalog/TrainingFreeNAS.md"
for guide in Guides/*.md; do
  sed -E 's#\]\(([A-Za-z0-9]+)\.md(\#[^)]*)?\)#](doc:\1)#g' "$guide" > "$catalog/$(basename "$guide")"
done
cp Guides/*.svg "$catalog/" 2>/dev/null || true

"$docc" convert "$catalog" --additional-symbol-graph-dir "$graphs" --output-path "$out" \
  --fallback-display-name TrainingFreeNAS --fallback-bundle-identifier training-free-nas
echo "build-docs: $out/index.html"
