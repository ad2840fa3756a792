import ArgumentParser
@main struct TFNAS: ParsableCommand {}
