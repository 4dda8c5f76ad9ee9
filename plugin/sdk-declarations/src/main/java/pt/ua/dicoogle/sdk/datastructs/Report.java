package pt.ua.dicoogle.sdk.datastructs;

public class Report {}
