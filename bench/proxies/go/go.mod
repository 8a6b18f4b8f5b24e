module switchyard/bench/reverseproxy

go 1.19
