"""What in a package would likely leave the Neural Engine, or slow it down.

    finding.py   what is found, and the gate      sources.py     where the rules come from
    view.py      a program as the rules see it    residency.py   rules about leaving it: errors
    speed.py     rules about speed: warnings      lint.py        all rules on a package

Apple publishes no list of what the Neural Engine runs, and what others measured differs between
chips. So each finding says where its rule comes from; `--on-mac` of export asks Core ML itself.
"""
