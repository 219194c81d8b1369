"""One program that runs the whole product on one machine: servers, web, workers, beat, feeder."""
