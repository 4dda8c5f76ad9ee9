module imaging/laboratory/pause

go 1.26.0
