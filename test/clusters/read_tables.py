"""Reads a folder of results with pandas, DuckDB and Polars, and says as JSON what each found."""

import json
import sys
from pathlib import Path

import duckdb
import pandas
import polars

folder = Path(sys.argv[1])
parts = str(folder / "part-*.parquet")


def plain(rows):
    return [[None if value != value else value for value in row] for row in rows]


columns = ["image", "index", "predicted", "state", "method", "iou", "iou.reason"]
frame = pandas.concat([pandas.read_parquet(file) for file in sorted(folder.glob("part-*.parquet"))], ignore_index=True)
query = ", ".join(f'"{name}"' for name in columns)
lists = pandas.concat([pandas.read_parquet(file) for file in sorted(folder.glob("scores-*.parquet"))])
print(
    json.dumps(
        {
            "columns": list(frame.columns),
            "types": {name: str(kind) for name, kind in frame.dtypes.items()},
            "pandas": plain(frame[columns].astype(object).where(frame[columns].notna(), None).values.tolist()),
            "duckdb": plain(duckdb.sql(f"select {query} from '{parts}' order by image, index, method").fetchall()),
            "polars": plain(polars.scan_parquet(parts).select(columns).collect().sort(["image", "index", "method"]).rows()),
            "mean": duckdb.sql(f"select avg(iou) from '{parts}'").fetchall()[0][0],
            "scores": [float(score) for score in lists["scores"].iloc[0][:3]],
            "polarsScores": polars.read_parquet(str(folder / "scores-*.parquet"))["scores"][0][:3].to_list(),
        }
    )
)
